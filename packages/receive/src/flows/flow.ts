import type { FlowFormat, FlowRecord } from "@weir/model";

/** Where a flow record came from. */
export interface FlowOrigin {
  readonly receivedAt: bigint;
  readonly exporter: string;
  readonly observationDomain: number;
  readonly format: FlowFormat;
}

/** What a device says of one flow; what it does not say stays as it is. */
export class Flow {
  sourceAddress = "";
  destinationAddress = "";
  sourcePort = 0;
  destinationPort = 0;
  ipProtocol = 0;
  tcpFlags = 0;
  trafficClass = 0;
  countedPackets = 0;
  countedBytes = 0;
  /** 0: the device does not say in the record itself. */
  samplingRate = 0;
  inputInterface = 0;
  outputInterface = 0;
  sourceAs = 0;
  destinationAs = 0;
  startedAt: bigint | undefined;
  endedAt: bigint | undefined;
  /** What another Weir knows of the connection. */
  connection: FlowRecord["connection"];

  /** The record; `knownRate` is what the device said of its sampling elsewhere. */
  record(origin: FlowOrigin, knownRate: number): FlowRecord {
    const { samplingRate: ownRate, startedAt, endedAt, connection, ...said } = this;
    const samplingRate = Math.max(1, ownRate === 0 ? knownRate : ownRate);
    return {
      ...origin,
      ...said,
      samplingRate,
      packets: said.countedPackets * samplingRate,
      bytes: said.countedBytes * samplingRate,
      ...(startedAt === undefined ? {} : { startedAt }),
      ...(endedAt === undefined ? {} : { endedAt }),
      ...(connection === undefined ? {} : { connection }),
    };
  }
}

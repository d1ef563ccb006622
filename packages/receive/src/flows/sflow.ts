import { formatIpv4, formatIpv6 } from "@weir/base";
import type { FlowRecord } from "@weir/model";
import { LiveReader, type Packet, Transport } from "@weir/wire";
import { BrokenMessage } from "../message/reader.ts";
import type { Rejections } from "../received.ts";
import type { FlowBytes } from "./bytes.ts";
import { Flow, type FlowOrigin } from "./flow.ts";

/** sFlow version 5 (https://sflow.org/sflow_version_5.txt): structures of enterprise 0. */
const Sample = { flow: 1, counters: 2, expandedFlow: 3, expandedCounters: 4 } as const;
const RecordFormat = { rawHeader: 1, ipv4: 3, ipv6: 4 } as const;
/** Protocols of sampled headers, as link types of captures. */
const LINK_TYPES: ReadonlyMap<number, number> = new Map([
  [1, 1],
  [11, 228],
  [12, 229],
]);

/** Reads one datagram: a record for each packet that was sampled, counted as often as its rate says. */
export function readSflow(from: FlowBytes, receivedAt: bigint, rejections: Rejections): FlowRecord[] {
  from.uint32();
  const exporter = readAddress(from);
  const observationDomain = from.uint32();
  from.take(8);
  const origin = { receivedAt, exporter, observationDomain, format: "sflow5" } as const;
  const records: FlowRecord[] = [];
  for (let samples = from.uint32(); samples > 0; samples -= 1) {
    const type = from.uint32();
    const sample = from.part(from.uint32());
    if (type === Sample.flow || type === Sample.expandedFlow) {
      records.push(...readFlowSample(sample, type === Sample.expandedFlow, origin, rejections));
    } else {
      const reason = type === Sample.counters || type === Sample.expandedCounters ? "counterSample" : "unknownSample";
      rejections.add(reason, `${exporter} sent a sample of type ${type}`);
    }
  }
  return records;
}

function readAddress(from: FlowBytes): string {
  const type = from.uint32();
  if (type === 1) return formatIpv4(from.take(4));
  if (type === 2) return formatIpv6(from.take(16));
  throw new BrokenMessage(`there is no address type ${type}`);
}

function readFlowSample(
  from: FlowBytes,
  isExpanded: boolean,
  origin: FlowOrigin,
  rejections: Rejections,
): FlowRecord[] {
  from.take(isExpanded ? 12 : 8);
  const rate = from.uint32();
  from.take(8);
  const [input, output] = isExpanded
    ? [expandedInterface(from), expandedInterface(from)]
    : [from.uint32(), from.uint32()];
  let flow: Flow | undefined;
  for (let records = from.uint32(); records > 0; records -= 1) {
    const format = from.uint32();
    const record = from.part(from.uint32());
    if (format === RecordFormat.rawHeader) flow = headerFlow(record) ?? flow;
    else if (format === RecordFormat.ipv4 || format === RecordFormat.ipv6) flow ??= addressFlow(record, format);
  }
  if (flow === undefined) {
    rejections.add("notIp", `${origin.exporter} sampled a packet that is not of IP`);
    return [];
  }
  flow.countedPackets = 1;
  flow.inputInterface = input;
  flow.outputInterface = output;
  return [flow.record(origin, rate)];
}

function expandedInterface(from: FlowBytes): number {
  from.uint32();
  return from.uint32();
}

/** The beginning of a packet, read as one of a capture. Undefined where it is not of IP. */
function headerFlow(from: FlowBytes): Flow | undefined {
  const linkType = LINK_TYPES.get(from.uint32());
  const wireBytes = from.uint32();
  from.uint32();
  const bytes = from.take(from.uint32());
  if (linkType === undefined) return undefined;
  let flow: Flow | undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frame = { bytes, view, start: 0, end: bytes.length, wireBytes, seconds: 0, nanoseconds: 0, linkType };
  new LiveReader().frame(frame, 0, (packet) => {
    flow = packetFlow(packet);
  });
  return flow;
}

function packetFlow(packet: Packet): Flow | undefined {
  if (packet.addressBytes === 0) return undefined;
  const flow = new Flow();
  const format = packet.addressBytes === 4 ? formatIpv4 : formatIpv6;
  flow.sourceAddress = format(packet.bytes, packet.sourceAddressAt);
  flow.destinationAddress = format(packet.bytes, packet.destinationAddressAt);
  flow.sourcePort = packet.sourcePort;
  flow.destinationPort = packet.destinationPort;
  flow.ipProtocol = packet.ipProtocol;
  flow.tcpFlags = packet.transport === Transport.tcp ? packet.tcpFlags : 0;
  flow.trafficClass = packet.trafficClass;
  flow.countedBytes = packet.wireBytes;
  return flow;
}

/** What a device sends that reads the headers itself. */
function addressFlow(from: FlowBytes, format: number): Flow {
  const flow = new Flow();
  const [bytes, text] = format === RecordFormat.ipv4 ? [4, formatIpv4] : [16, formatIpv6];
  flow.countedBytes = from.uint32();
  flow.ipProtocol = from.uint32();
  flow.sourceAddress = text(from.take(bytes));
  flow.destinationAddress = text(from.take(bytes));
  flow.sourcePort = from.uint32();
  flow.destinationPort = from.uint32();
  flow.tcpFlags = from.uint32();
  flow.trafficClass = from.uint32();
  return flow;
}

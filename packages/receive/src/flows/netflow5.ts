import { formatIpv4 } from "@weir/base";
import type { FlowRecord } from "@weir/model";
import type { FlowBytes } from "./bytes.ts";
import { Flow } from "./flow.ts";
import { bootUnixNs, NS_PER_MS, uptimeUnixNs } from "./uptime.ts";

/** Lower 14 bits of the sampling field; the upper two say how packets are chosen. */
const RATE_MASK = 0x3fff;

/** A datagram of NetFlow 5 (Cisco, "NetFlow Export Datagram Format"): a head of 24 bytes and records of 48. */
export function readNetflow5(from: FlowBytes, exporter: string, receivedAt: bigint): FlowRecord[] {
  from.uint16();
  const count = from.uint16();
  const uptimeMs = from.uint32();
  const sentUnixNs = bootUnixNs(from.uint32(), from.uint32(), 0);
  const at = (ms: number) => uptimeUnixNs(sentUnixNs - BigInt(uptimeMs) * NS_PER_MS, ms, sentUnixNs);
  from.uint32();
  const observationDomain = from.uint16();
  const rate = from.uint16() & RATE_MASK;
  const origin = { receivedAt, exporter, observationDomain, format: "netflow5" } as const;
  return Array.from({ length: count }, () => record(from, at).record(origin, rate));
}

function record(from: FlowBytes, at: (uptimeMs: number) => bigint): Flow {
  const flow = new Flow();
  flow.sourceAddress = formatIpv4(from.take(4));
  flow.destinationAddress = formatIpv4(from.take(4));
  from.take(4);
  flow.inputInterface = from.uint16();
  flow.outputInterface = from.uint16();
  flow.countedPackets = from.uint32();
  flow.countedBytes = from.uint32();
  flow.startedAt = at(from.uint32());
  flow.endedAt = at(from.uint32());
  flow.sourcePort = from.uint16();
  flow.destinationPort = from.uint16();
  from.uint8();
  flow.tcpFlags = from.uint8();
  flow.ipProtocol = from.uint8();
  flow.trafficClass = from.uint8();
  flow.sourceAs = from.uint16();
  flow.destinationAs = from.uint16();
  from.take(4);
  return flow;
}

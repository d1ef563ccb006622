import { TcpFlag } from "@weir/wire";
import { runTshark, type TsharkFrame } from "./run.ts";
import { type InnermostNetwork, last, lastNumber, TsharkSide } from "./side.ts";

/** One TCP stream as tshark shows it: its senders, by `address port`. */
export type TsharkStream = Map<string, TsharkSide>;

/** All TCP streams of a capture by tshark's numbers. */
export async function tsharkStreams(capture: string): Promise<ReadonlyMap<number, TsharkStream>> {
  const streams = new Map<number, TsharkStream>();
  const syns = new Set<string>();
  await runTshark(capture, (frame) => addFrame(streams, syns, frame));
  return streams;
}

/**
 * Adds a frame to its stream; TCP headers quoted in ICMP errors, and headers cut by the snap length, are left out. `syns` keeps the frame
 * numbers of SYNs.
 */
export function addFrame(streams: Map<number, TsharkStream>, syns: Set<string>, frame: TsharkFrame): void {
  const number = lastNumber(frame["tcp.stream"]);
  if (number === undefined || frame["tcp.flags"].length === 0 || isQuoted(frame)) return;
  const network = innermostNetwork(frame);
  const stream: TsharkStream = streams.get(number) ?? new Map();
  streams.set(number, stream);
  const end = `${network.source} ${last(frame["tcp.srcport"])}`;
  const side = stream.get(end) ?? new TsharkSide();
  stream.set(end, side);
  side.take(frame, network, syns.has(last(frame["tcp.analysis.acks_frame"]) ?? ""));
  if ((Number(last(frame["tcp.flags"])) & TcpFlag.syn) !== 0) syns.add(last(frame["frame.number"]) ?? "");
}

/** True where ICMP stands around the TCP header: it is a quotation. */
function isQuoted(frame: TsharkFrame): boolean {
  const protocols = (last(frame["frame.protocols"]) ?? "").split(":");
  const tcpAt = protocols.indexOf("tcp");
  const icmpAt = protocols.findIndex((name) => name === "icmp" || name === "icmpv6");
  return tcpAt >= 0 && icmpAt >= 0 && icmpAt < tcpAt;
}

function innermostNetwork(frame: TsharkFrame): InnermostNetwork {
  const protocols = (last(frame["frame.protocols"]) ?? "").split(":");
  const isIpv6 = protocols.lastIndexOf("ipv6") > protocols.lastIndexOf("ip");
  const [source, ttl, trafficClass] = isIpv6
    ? (["ipv6.src", "ipv6.hlim", "ipv6.tclass"] as const)
    : (["ip.src", "ip.ttl", "ip.dsfield"] as const);
  return {
    source: last(frame[source]) ?? "",
    ttl: lastNumber(frame[ttl]) ?? -1,
    trafficClass: lastNumber(frame[trafficClass]) ?? 0,
  };
}

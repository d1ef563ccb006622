export { type LiveFrame, LiveReader } from "./capture/live.ts";
export { pcapHeader, pcapRecord } from "./capture/pcap-writer.ts";
export { CaptureReader, detectFormat, type PacketHandler } from "./capture/reader.ts";
export type { CaptureFormat, CaptureInterface, CaptureProblem, CaptureSummary } from "./capture/summary.ts";
export { type OuterDatagram, Packet, TcpFlag, Transport, Tunnel, Verdict } from "./packet.ts";
export { type Shard, shardOfEnds, shardOfPorts } from "./shard.ts";

export { type LiveFrame, LiveReader } from "./capture/live.ts";
export {
  interfaceBlock,
  namesBlock,
  packetBlock,
  packetBlockBytes,
  sectionBlock,
  type WrittenInterface,
  writePacketBlock,
} from "./capture/pcapng-writer.ts";
export { CaptureReader, detectFormat, type PacketHandler } from "./capture/reader.ts";
export type { CaptureFormat, CaptureInterface, CaptureProblem, CaptureSummary } from "./capture/summary.ts";
export { type QuotedHeader, readQuoted } from "./network/quoted.ts";
export { type OuterDatagram, Packet, TcpFlag, Transport, Tunnel, Verdict } from "./packet.ts";
export { endsHash, peersHash, type Shard, shardOfEnds, shardOfPorts } from "./shard.ts";

import type { Packet } from "../packet.ts";

/** Nanosecond pcap, little-endian: what every reader understands. */
const MAGIC_NANO = 0xa1b23c4d;
const HEADER_BYTES = 24;
const RECORD_BYTES = 16;
const SNAP_LENGTH = 262_144;

/** The header of a pcap file with one link type. */
export function pcapHeader(linkType: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC_NANO, true);
  view.setUint16(4, 2, true);
  view.setUint16(6, 4, true);
  view.setUint32(16, SNAP_LENGTH, true);
  view.setUint32(20, linkType, true);
  return bytes;
}

/** One packet as a pcap record: the frame as it was captured, whatever reassembly made of it. A copy. */
export function pcapRecord(packet: Packet, startUnixNs: bigint): Uint8Array {
  const captured = packet.frameEnd - packet.frameStart;
  const bytes = new Uint8Array(RECORD_BYTES + captured);
  const view = new DataView(bytes.buffer);
  const unixNs = startUnixNs + BigInt(Math.round(packet.atNs));
  view.setUint32(0, Number(unixNs / 1_000_000_000n) >>> 0, true);
  view.setUint32(4, Number(unixNs % 1_000_000_000n), true);
  view.setUint32(8, captured, true);
  view.setUint32(12, packet.wireBytes, true);
  bytes.set(packet.frame.subarray(packet.frameStart, packet.frameEnd), RECORD_BYTES);
  return bytes;
}

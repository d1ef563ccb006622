import { encodeUtf8 } from "@weir/base";
import type { Packet } from "../packet.ts";

/*
 * The blocks of a pcapng file (draft-ietf-opsawg-pcapng), little-endian, with times in nanoseconds: what Weir writes for others to read. Packets keep their number in
 * Weir's records as `epb_packetid`.
 */

const Block = { section: 0x0a0d0d0a, interface: 1, names: 4, packet: 6 } as const;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const Option = { comment: 1, interfaceName: 2, application: 4, packetId: 5, tsResolution: 9 } as const;
const NANOSECONDS = 9;
const NameRecord = { end: 0, ipv4: 1, ipv6: 2 } as const;
/** Type, length, five words of header, and the length again. */
const PACKET_OVERHEAD_BYTES = 32;
/** `epb_packetid`, and the end of options. */
const PACKET_OPTIONS_BYTES = 16;
const TWO_32 = 2 ** 32;
const TWO_16 = 2 ** 16;
const NS_PER_SECOND = 1e9;
/** What a length in an option can say. */
const MAX_TEXT_BYTES = 0xffff;

/** An interface as its packets refer to it: by its place among those of the section. */
export interface WrittenInterface {
  readonly name: string;
  readonly linkType: number;
}

/** Says where a file begins, who wrote it, and what people should know of it. */
export function sectionBlock({ application, comment }: { application: string; comment?: string }): Uint8Array {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  // The section's length is not known.
  view.setInt32(8, -1, true);
  view.setInt32(12, -1, true);
  const texts = [textOption(Option.application, application)];
  if (comment !== undefined) texts.unshift(textOption(Option.comment, comment));
  return block(Block.section, [body, ...texts, new Uint8Array(4)]);
}

/** Describes the next interface. */
export function interfaceBlock({ name, linkType }: WrittenInterface): Uint8Array {
  const body = new Uint8Array(8);
  new DataView(body.buffer).setUint16(0, linkType, true);
  const resolution = option(Option.tsResolution, Uint8Array.of(NANOSECONDS));
  return block(Block.interface, [body, textOption(Option.interfaceName, name), resolution, new Uint8Array(4)]);
}

/** Names of addresses, which readers such as Wireshark show in their place. */
export function namesBlock(names: readonly { readonly address: Uint8Array; readonly name: string }[]): Uint8Array {
  const records = names.map(({ address, name }) => {
    const text = encodeUtf8(name).subarray(0, MAX_TEXT_BYTES - address.length - 1);
    const value = new Uint8Array(address.length + text.length + 1);
    value.set(address);
    value.set(text, address.length);
    return option(address.length === 4 ? NameRecord.ipv4 : NameRecord.ipv6, value);
  });
  return block(Block.names, [...records, new Uint8Array(4)]);
}

/** Bytes that {@link writePacketBlock} takes for a packet with so many captured bytes. */
export function packetBlockBytes(capturedBytes: number): number {
  return PACKET_OVERHEAD_BYTES + padded(capturedBytes) + PACKET_OPTIONS_BYTES;
}

/**
 * Writes a packet's block at `at`, where there is room for it: the frame as it was captured, whatever reassembly made of it. `seconds` and `nanoseconds` are
 * Unix time. Returns where the next block begins. HOT PATH of an agent that keeps packets.
 */
export function writePacketBlock(
  target: { readonly bytes: Uint8Array; readonly view: DataView },
  at: number,
  { frame, frameStart, frameEnd, wireBytes, number }: Packet,
  interfaceIndex: number,
  seconds: number,
  nanoseconds: number,
): number {
  const { bytes, view } = target;
  const capturedBytes = frameEnd - frameStart;
  const blockBytes = packetBlockBytes(capturedBytes);
  // Seconds times a thousand million, as two words: halves of the seconds keep every step exact in doubles.
  const upper = Math.floor(seconds / TWO_16) * NS_PER_SECOND;
  const lower = (upper % TWO_16) * TWO_16 + (seconds % TWO_16) * NS_PER_SECOND + nanoseconds;
  view.setUint32(at, Block.packet, true);
  view.setUint32(at + 4, blockBytes, true);
  view.setUint32(at + 8, interfaceIndex, true);
  view.setUint32(at + 12, Math.floor(upper / TWO_16) + Math.floor(lower / TWO_32), true);
  view.setUint32(at + 16, lower % TWO_32, true);
  view.setUint32(at + 20, capturedBytes, true);
  view.setUint32(at + 24, wireBytes, true);
  bytes.set(frame.subarray(frameStart, frameEnd), at + 28);
  const next = at + 28 + padded(capturedBytes);
  for (let padding = at + 28 + capturedBytes; padding < next; padding += 1) bytes[padding] = 0;
  view.setUint32(next, Option.packetId | (8 << 16), true);
  view.setUint32(next + 4, number, true);
  view.setUint32(next + 8, 0, true);
  view.setUint32(next + 12, 0, true);
  view.setUint32(next + 16, blockBytes, true);
  return next + 20;
}

/** A packet's block by itself; `unixNs` is its time. */
export function packetBlock(packet: Packet, interfaceIndex: number, unixNs: bigint): Uint8Array {
  const bytes = new Uint8Array(packetBlockBytes(packet.frameEnd - packet.frameStart));
  const seconds = Number(unixNs / 1_000_000_000n);
  const nanoseconds = Number(unixNs % 1_000_000_000n);
  writePacketBlock({ bytes, view: new DataView(bytes.buffer) }, 0, packet, interfaceIndex, seconds, nanoseconds);
  return bytes;
}

function block(type: number, parts: readonly Uint8Array[]): Uint8Array {
  const blockBytes = 12 + parts.reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(blockBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, type, true);
  view.setUint32(4, blockBytes, true);
  let at = 8;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  view.setUint32(at, blockBytes, true);
  return bytes;
}

function textOption(code: number, text: string): Uint8Array {
  return option(code, encodeUtf8(text).subarray(0, MAX_TEXT_BYTES));
}

function option(code: number, value: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + padded(value.length));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  bytes.set(value, 4);
  return bytes;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}

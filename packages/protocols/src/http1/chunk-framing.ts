import { decodeLatin1 } from "@weir/base";

/** Longest chunk-size line, with extensions. */
const MAX_LINE_BYTES = 4096;
const LF = 10;
const CR = 13;
/** Zeros in front change nothing (RFC 9112 §7.1). */
const SIZE_LINE = /^\s*0{0,64}([0-9a-fA-F]{1,12})\s*(?:;.*)?\r?$/;

/** A chunk's size, and the bytes of the line that says it. */
export interface ChunkSize {
  readonly size: number;
  readonly bytes: number;
}

/** Reads the line before a chunk (RFC 9112 §7.1). */
export function parseChunkSize(bytes: Uint8Array): ChunkSize | "needMore" | "damaged" {
  const end = bytes.indexOf(LF);
  if ((end < 0 ? bytes.length : end) > MAX_LINE_BYTES) return "damaged";
  if (end < 0) return "needMore";
  const [, size] = SIZE_LINE.exec(decodeLatin1(bytes, 0, end)) ?? [];
  return size === undefined ? "damaged" : { size: Number.parseInt(size, 16), bytes: end + 1 };
}

/** Length of the line end behind a chunk. */
export function chunkEndBytes(bytes: Uint8Array): number | "needMore" | "damaged" {
  if (bytes[0] === LF) return 1;
  if (bytes[0] !== CR) return "damaged";
  if (bytes.length < 2) return "needMore";
  return bytes[1] === LF ? 2 : "damaged";
}

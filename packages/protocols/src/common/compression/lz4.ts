import type { BoundedOutput } from "./bounded-output.ts";

const FRAME_MAGIC = 0x184d2204;
const UNCOMPRESSED = 0x80000000;
/** Shortest match that is written (LZ4 block format, "Compressed block format"). */
const MIN_MATCH = 4;

/** One LZ4 block. Ours, as the libraries give nothing of a block whose end is missing. */
export function decodeLz4Block(bytes: Uint8Array, output: BoundedOutput): boolean {
  let at = 0;
  while (at < bytes.length && !output.isFull) {
    const token = bytes[at] ?? 0;
    const literals = lengthAt(bytes, at + 1, token >> 4);
    const end = literals.at + literals.value;
    output.write(bytes.subarray(literals.at, end));
    // The last sequence has literals only.
    if (end === bytes.length) return literals.value > 0 || token === 0;
    const match = lengthAt(bytes, end + 2, token & 15);
    if (match.at > bytes.length) return false;
    const distance = (bytes[end] ?? 0) | ((bytes[end + 1] ?? 0) << 8);
    if (!output.copyBack(distance, match.value + MIN_MATCH)) return false;
    at = match.at;
  }
  return false;
}

/** Frames of LZ4 (frame format 1.6): head, blocks, end mark; blocks may refer to what stands in those before. */
export function decodeLz4Frame(bytes: Uint8Array, output: BoundedOutput): boolean {
  if (bytes.length < 7) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== FRAME_MAGIC) return false;
  const flags = bytes[4] ?? 0;
  const checksumBytes = (flags & 0x10) === 0 ? 0 : 4;
  let at = 7 + ((flags & 0x08) === 0 ? 0 : 8) + ((flags & 0x01) === 0 ? 0 : 4);
  while (at + 4 <= bytes.length && !output.isFull) {
    const size = view.getUint32(at, true);
    if (size === 0) return true;
    at += 4;
    const length = size & (UNCOMPRESSED - 1);
    const block = bytes.subarray(at, at + length);
    if (size >= UNCOMPRESSED) output.write(block);
    else if (!decodeLz4Block(block, output)) return false;
    at += length + checksumBytes;
  }
  return false;
}

/** A length of four bits that goes on in the following bytes while they are 255. */
function lengthAt(bytes: Uint8Array, from: number, short: number): { readonly at: number; readonly value: number } {
  if (short < 15) return { at: from, value: short };
  let value = 15;
  let at = from;
  let byte = 255;
  while (byte === 255) {
    byte = bytes[at] ?? 0;
    value += byte;
    at += 1;
  }
  return { at, value };
}

import type { BoundedOutput } from "./bounded-output.ts";

/** Magic, version and compatible version of snappy-java's stream; blocks with a length in front follow. */
const JAVA_MAGIC = [0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0x00];
const JAVA_HEAD_BYTES = 16;

/** Snappy: one block, or snappy-java's stream of blocks. Ours, as the libraries give nothing of a block whose end is missing. */
export function decodeSnappy(bytes: Uint8Array, output: BoundedOutput): boolean {
  if (!JAVA_MAGIC.every((byte, index) => bytes[index] === byte)) return decodeBlock(bytes, output);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = JAVA_HEAD_BYTES;
  while (at + 4 <= bytes.length) {
    const length = view.getUint32(at);
    at += 4;
    if (!decodeBlock(bytes.subarray(at, at + length), output)) return false;
    at += length;
  }
  return at === bytes.length;
}

/** Snappy's format description §1 and §2: the length of what was compressed, then literals and copies. */
function decodeBlock(bytes: Uint8Array, output: BoundedOutput): boolean {
  const expected = lengthAt(bytes);
  if (expected === undefined) return false;
  const wanted = output.length + expected.value;
  let { at } = expected;
  while (at < bytes.length && !output.isFull) {
    const tag = bytes[at] ?? 0;
    const kind = tag & 3;
    if (kind === 0) {
      const literal = literalAt(bytes, at);
      output.write(bytes.subarray(literal.at, literal.at + literal.count));
      at = literal.at + literal.count;
      continue;
    }
    const argumentBytes = kind === 3 ? 4 : kind;
    if (at + argumentBytes >= bytes.length) return false;
    const low = littleEndian(bytes, at + 1, argumentBytes);
    const distance = kind === 1 ? ((tag >> 5) << 8) | low : low;
    if (!output.copyBack(distance, kind === 1 ? ((tag >> 2) & 7) + 4 : (tag >> 2) + 1)) return false;
    at += 1 + argumentBytes;
  }
  return at === bytes.length && output.length === wanted;
}

/** Where a literal's bytes begin, and how many they are. */
function literalAt(bytes: Uint8Array, at: number): { readonly at: number; readonly count: number } {
  const short = (bytes[at] ?? 0) >> 2;
  if (short < 60) return { at: at + 1, count: short + 1 };
  const lengthBytes = short - 59;
  return { at: at + 1 + lengthBytes, count: littleEndian(bytes, at + 1, lengthBytes) + 1 };
}

/** A number of 7 bits a byte, least significant first; at most five bytes. */
function lengthAt(bytes: Uint8Array): { readonly at: number; readonly value: number } | undefined {
  let value = 0;
  for (let at = 0; at < 5; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * at);
    if (byte < 0x80) return { at: at + 1, value };
  }
  return undefined;
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = count - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

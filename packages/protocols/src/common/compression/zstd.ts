// fzstd: the one decoder of Zstandard in plain JavaScript that decodes block by block.
import { Decompress } from "fzstd";
import type { BoundedOutput } from "./bounded-output.ts";

const FRAME_MAGIC = 0xfd2fb528;
/** What a decoder need not bear more of (RFC 9659 §3). */
const MAX_WINDOW_BYTES = 8 << 20;
/** Longest block (RFC 8878 §3.1.1.2.4). */
const MAX_BLOCK_BYTES = 128 << 10;
/** Shortest match of a sequence: so many of them fill a block. */
const MIN_MATCH = 3;
/** The library moves its window for each block: bytes that it may move in all. */
const MAX_MOVED_BYTES = 256 << 20;

/** The first Zstandard frame (RFC 8878), in whole blocks. Frames that were made to cost much are not tried: a block's cost is looked up before. */
export function decodeZstd(bytes: Uint8Array, output: BoundedOutput): boolean {
  const windowBytes = windowOf(bytes);
  if (windowBytes === undefined || windowBytes > MAX_WINDOW_BYTES) return false;
  if (!isCheap(bytes, windowBytes)) return false;
  const decoder = new Decompress((data) => {
    output.write(data);
    if (output.isFull) throw FULL;
  });
  decoder.push(bytes, true);
  return true;
}

const FULL = new Error("enough");

/** Head of a frame (RFC 8878 §3.1.1.1): bytes that its window, or its whole content, needs. */
function windowOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < 6 || littleEndian(bytes, 0, 4) !== FRAME_MAGIC) return undefined;
  const descriptor = bytes[4] ?? 0;
  if ((descriptor & 0x20) === 0) {
    const window = bytes[5] ?? 0;
    const base = 2 ** (10 + (window >> 3));
    return base + (base / 8) * (window & 7);
  }
  const sizeFlag = descriptor >> 6;
  const at = 5 + dictionaryBytes(descriptor);
  const size = littleEndian(bytes, at, 1 << sizeFlag);
  return sizeFlag === 1 ? size + 256 : size;
}

function dictionaryBytes(descriptor: number): number {
  return [0, 1, 2, 4][descriptor & 3] ?? 0;
}

/** Where the first block begins. */
function headBytesOf(descriptor: number): number {
  const isSingleSegment = (descriptor & 0x20) !== 0;
  const sizeFlag = descriptor >> 6;
  const contentSizeBytes = sizeFlag === 0 ? Number(isSingleSegment) : 1 << sizeFlag;
  return 5 + Number(!isSingleSegment) + dictionaryBytes(descriptor) + contentSizeBytes;
}

/** Goes from block to block without decoding: too many blocks, blocks that are too long, and blocks with too many sequences are refused. */
function isCheap(bytes: Uint8Array, windowBytes: number): boolean {
  let moved = 0;
  let at = headBytesOf(bytes[4] ?? 0);
  while (at + 3 <= bytes.length) {
    const head = littleEndian(bytes, at, 3);
    const size = head >> 3;
    const kind = (head >> 1) & 3;
    moved += windowBytes;
    if (size > MAX_BLOCK_BYTES || moved > MAX_MOVED_BYTES) return false;
    if (kind === 2 && sequencesOf(bytes, at + 3) * MIN_MATCH > MAX_BLOCK_BYTES) return false;
    if ((head & 1) === 1) return true;
    at += 3 + (kind === 1 ? 1 : size);
  }
  return true;
}

/** How many sequences a compressed block says it has (RFC 8878 §3.1.1.3.1.1, §3.1.1.3.2.1). */
function sequencesOf(bytes: Uint8Array, block: number): number {
  const at = block + literalsBytes(bytes, block);
  const [first = 0, second = 0, third = 0] = bytes.subarray(at, at + 3);
  if (first < 128) return first;
  return first < 255 ? ((first - 128) << 8) + second : second + (third << 8) + 0x7f00;
}

/** Length of a block's literals section with its head. */
function literalsBytes(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const kind = first & 3;
  const format = (first >> 2) & 3;
  if (kind < 2) {
    const headBytes = format === 1 ? 2 : format === 3 ? 3 : 1;
    const size = littleEndian(bytes, at, headBytes) >> (headBytes === 1 ? 3 : 4);
    return headBytes + (kind === 1 ? 1 : size);
  }
  const headBytes = format < 2 ? 3 : format + 2;
  const sizeBits = format < 2 ? 10 : format === 2 ? 14 : 18;
  return headBytes + (Math.floor(littleEndian(bytes, at, headBytes) / 2 ** (4 + sizeBits)) % 2 ** sizeBits);
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let index = count - 1; index >= 0; index -= 1) value = value * 256 + (bytes[at + index] ?? 0);
  return value;
}

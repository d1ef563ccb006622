import { decodeLatin1 } from "@weir/base";
import { decodeHuffman } from "../../../common/http/huffman.ts";
import { readPrefixInteger } from "../../../common/http/prefix-integer.ts";

/** Stands for what was said in bytes that are missing. */
export const UNKNOWN = "<unknown>";
/** Longest name or value that is read. */
export const MAX_TEXT_BYTES = 64 << 10;

/** A text and where what follows it begins. */
export interface Text {
  readonly text: string;
  readonly end: number;
}

/**
 * Reads a string literal whose length has a prefix of `prefixBits` bits, with the Huffman bit before it (RFC 9204 §4.1.2). `needMore` where it is cut
 * off; undefined where it is none.
 */
export function readText(bytes: Uint8Array, at: number, prefixBits: number): Text | "needMore" | undefined {
  const length = readPrefixInteger(bytes, at, prefixBits);
  if (length === undefined) return bytes.length - at > 8 ? undefined : "needMore";
  if (length.value > MAX_TEXT_BYTES) return undefined;
  const end = length.end + length.value;
  if (end > bytes.length) return "needMore";
  const isHuffman = ((bytes[at] ?? 0) & (1 << prefixBits)) !== 0;
  const text = isHuffman ? decodeHuffman(bytes, length.end, end) : decodeLatin1(bytes.subarray(length.end, end));
  return text === undefined ? undefined : { text, end };
}

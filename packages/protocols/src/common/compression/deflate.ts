// fflate: small, quick, without dependencies, and it decodes input that ends anywhere.
import { Inflate } from "fflate";
import type { BoundedOutput } from "./bounded-output.ts";

/** Input is handed over in such pieces, so that a bomb is noticed before it is blown up: at most 1032 times as much comes out. */
const PIECE_BYTES = 1024;
/** Fixed part of a gzip head. */
const GZIP_HEAD_BYTES = 10;

/** The first member of gzip data (RFC 1952). */
export function decodeGzip(bytes: Uint8Array, output: BoundedOutput): boolean {
  const head = gzipHeadBytes(bytes);
  return head !== undefined && decodeInflate(bytes.subarray(head), output);
}

/** zlib (RFC 1950). A preset dictionary is not known. */
export function decodeZlib(bytes: Uint8Array, output: BoundedOutput): boolean {
  return isZlib(bytes) && decodeInflate(bytes.subarray(2), output);
}

/** zlib where its head stands, else deflate without one. */
export function decodeZlibOrRaw(bytes: Uint8Array, output: BoundedOutput): boolean {
  return decodeInflate(isZlib(bytes) ? bytes.subarray(2) : bytes, output);
}

/** Deflate without a head (RFC 1951). */
export function decodeInflate(bytes: Uint8Array, output: BoundedOutput): boolean {
  const inflate = new Inflate((data) => output.write(data));
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    inflate.push(bytes.subarray(at, at + PIECE_BYTES), false);
    output.consumed = Math.min(at + PIECE_BYTES, bytes.length);
    if (output.isFull) break;
  }
  inflate.ondata = () => undefined;
  // Asked to finish, the library throws where the final block did not end yet. Behind its end it reads nothing.
  inflate.push(Uint8Array.of(0xff), true);
  return true;
}

/** Method 8, no dictionary, and the check of RFC 1950 §2.2. */
function isZlib([method = 0, flags = 0]: Uint8Array): boolean {
  return (method & 0x0f) === 8 && (flags & 0x20) === 0 && ((method << 8) | flags) % 31 === 0;
}

/** Length of a gzip head (RFC 1952 §2.3); undefined where there is none, or it is not whole. */
function gzipHeadBytes(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b || bytes[2] !== 8 || bytes.length < GZIP_HEAD_BYTES) return undefined;
  const flags = bytes[3] ?? 0;
  let at = GZIP_HEAD_BYTES;
  if ((flags & 0x04) !== 0) at += 2 + (bytes[at] ?? 0) + ((bytes[at + 1] ?? 0) << 8);
  // Name and comment end with a zero byte.
  for (const flag of [0x08, 0x10]) {
    if ((flags & flag) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end < 0) return undefined;
    at = end + 1;
  }
  return at + ((flags & 0x02) === 0 ? 0 : 2);
}

import { BoundedOutput } from "./bounded-output.ts";
import { decodeBrotli } from "./brotli.ts";
import { decodeGzip, decodeInflate, decodeZlib, decodeZlibOrRaw } from "./deflate.ts";
import { decodeLz4Block, decodeLz4Frame } from "./lz4.ts";
import { decodeSnappy } from "./snappy.ts";
import { decodeZstd } from "./zstd.ts";

/**
 * Decodes `bytes` into `output` until it is full or the input ends. Returns true where it came to the end of what was compressed. May throw on
 * damaged input; what was decoded before counts.
 */
export type Decoder = (bytes: Uint8Array, output: BoundedOutput) => boolean;

/** Every compression that protocols use, by the name that the specifications give it. */
const DECODERS = {
  /** RFC 1952. */
  gzip: decodeGzip,
  /** RFC 1950. */
  zlib: decodeZlib,
  /** HTTP's `deflate` (RFC 9110 §8.4.1.2): zlib; some senders leave out its head. */
  deflate: decodeZlibOrRaw,
  /** RFC 1951 without any head. */
  rawDeflate: decodeInflate,
  /** RFC 7932; only whole input, as the library gives nothing before the end. */
  br: decodeBrotli,
  /** RFC 8878; in whole blocks. */
  zstd: decodeZstd,
  /** Snappy's block format, or Java's stream of such blocks (snappy-java's magic says which). */
  snappy: decodeSnappy,
  /** LZ4's frame format. */
  lz4Frame: decodeLz4Frame,
  /** LZ4's block format, without anything around it. */
  lz4Block: decodeLz4Block,
} as const satisfies Readonly<Record<string, Decoder>>;

export type Compression = keyof typeof DECODERS;

/** What came out. */
export interface Decompressed {
  readonly bytes: Uint8Array;
  /** True where more would follow: the input's end is missing or damaged, or the limit was reached. */
  readonly isTruncated: boolean;
  /** True where so little input made so much output that it was made to hurt. */
  readonly isBomb: boolean;
}

/** Output per byte of input that honest data hardly reaches; deflate ends at 1032. */
const BOMB_RATIO = 500;

/**
 * Decompresses the beginning of something, at most `maxOutputBytes` of it. `bytes` may end anywhere. Undefined where the compression is not known, or
 * nothing came out although something should have.
 */
export function decompress(compression: string, bytes: Uint8Array, maxOutputBytes: number): Decompressed | undefined {
  if (!isCompression(compression)) return undefined;
  const output = new BoundedOutput(maxOutputBytes);
  let isWhole = false;
  try {
    isWhole = DECODERS[compression](bytes, output);
  } catch {
    // Damaged or cut off: the libraries say so by throwing. What came before is good.
  }
  if (output.length === 0 && !isWhole) return undefined;
  const isTruncated = !isWhole;
  return { bytes: output.bytes, isTruncated, isBomb: output.offered > BOMB_RATIO * (output.consumed ?? bytes.length) };
}

function isCompression(name: string): name is Compression {
  return Object.hasOwn(DECODERS, name);
}

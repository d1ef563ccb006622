import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { WeirError } from "@weir/base";
import { Decompress } from "fzstd";

const GZIP_MAGIC = [0x1f, 0x8b];
const ZSTD_MAGIC = [0x28, 0xb5, 0x2f, 0xfd];
const CHUNK_BYTES = 1 << 20;

export type Compression = "none" | "gzip" | "zstd";

/** Compression by the first bytes; a skippable zstd frame (0x184D2A5?) counts as zstd. */
export function detectCompression(first: Uint8Array): Compression {
  if (startsWith(first, GZIP_MAGIC)) return "gzip";
  if (startsWith(first, ZSTD_MAGIC)) return "zstd";
  const isSkippable = ((first[0] ?? 0) & 0xf0) === 0x50 && startsWith(first.subarray(1), [0x2a, 0x4d, 0x18]);
  return isSkippable ? "zstd" : "none";
}

/** A stream of bytes with its compression named and undone. */
export interface Decompressed {
  readonly compression: Compression;
  readonly chunks: AsyncIterable<Uint8Array>;
}

/**
 * Undoes gzip or zstd, recognised by the first bytes. Broken compression throws COMPRESSION_BROKEN after everything
 * before the break was given out.
 */
export async function decompress(chunks: AsyncIterable<Uint8Array>): Promise<Decompressed> {
  const iterator = chunks[Symbol.asyncIterator]();
  const head = await gatherHead(iterator);
  const compression = detectCompression(head);
  const whole = prepend(head, iterator);
  if (compression === "gzip") return { compression, chunks: gunzip(whole) };
  if (compression === "zstd") return { compression, chunks: unzstd(whole) };
  return { compression, chunks: whole };
}

/** At least four bytes, or all there are: a pipe may deliver single bytes. */
async function gatherHead(iterator: AsyncIterator<Uint8Array>): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  while (head.length < 4) {
    const next = await iterator.next();
    if (next.done === true) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return head;
}

async function* prepend(head: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  try {
    if (head.length > 0) yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    // Whoever stops early lets the file go. Not waited for: a pipe ends its last read when its writer likes, and that this fails concerns nobody any more.
    iterator.return?.().catch(() => undefined);
  }
}

async function* gunzip(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const stream = createGunzip({ chunkSize: CHUNK_BYTES });
  // Whatever fails on the way in reaches the reader below as the stream's error.
  const feeding = pipeline(Readable.from(copies(chunks)), stream).catch(() => undefined);
  try {
    yield* stream as AsyncIterable<Uint8Array>;
  } catch (cause) {
    throw broken("gzip", cause);
  } finally {
    stream.destroy();
    await feeding;
  }
}

/** A stream takes chunks before it asks for them, and the source uses its memory again. */
async function* copies(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks) yield new Uint8Array(chunk);
}

/** fzstd because Node 20 has no zstd of its own: streaming, no dependencies, MIT. */
async function* unzstd(chunks: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
  const ready: Uint8Array[] = [];
  const stream = new Decompress((chunk) => {
    if (chunk.length > 0) ready.push(chunk);
  });
  let fed = 0;
  for await (const chunk of chunks) {
    // Small pieces keep what one push can unfold small.
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) {
      const piece = new Uint8Array(chunk.subarray(at, at + CHUNK_BYTES));
      let failure: unknown;
      try {
        stream.push(piece, false);
      } catch (cause) {
        failure = cause;
      }
      yield* ready.splice(0);
      if (failure !== undefined) throw broken("zstd", failure);
      fed += piece.length;
    }
  }
  try {
    stream.push(new Uint8Array(0), true);
  } catch (cause) {
    if (fed > 0) throw broken("zstd", cause);
  }
  yield* ready.splice(0);
}

function broken(kind: "gzip" | "zstd", cause: unknown): WeirError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new WeirError(
    "COMPRESSION_BROKEN",
    `the ${kind} data breaks off or is damaged (${reason})`,
    "What came before it was read; copy the file again to get the rest",
    { cause },
  );
}

function startsWith(bytes: Uint8Array, magic: readonly number[]): boolean {
  return bytes.length >= magic.length && magic.every((byte, index) => bytes[index] === byte);
}

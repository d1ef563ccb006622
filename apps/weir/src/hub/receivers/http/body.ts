import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { BadRequest } from "../failure.ts";
import type { ReadingPool } from "../reading/reading-pool.ts";
import type { BodyPlace } from "./body-room.ts";

/** Longest body, before and after decompression: as the Collector's. */
export const MAX_BODY_BYTES = 20 << 20;

const gunzipAsync = promisify(gunzip);
const inflateAsync = promisify(inflate);

/** Reads a request's body whole and undoes its compression. What is longer than the limit is never held. BUSY where too many are. */
export async function readBody(request: IncomingMessage, pool: ReadingPool, place: BodyPlace): Promise<Uint8Array> {
  const declared = Number(request.headers["content-length"] ?? 0);
  if (declared > MAX_BODY_BYTES) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Not destroyed when it is left early: the sender is to read why.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
    length += chunk.length;
    if (length > MAX_BODY_BYTES) throw tooLarge();
    place.grow(chunk.length);
    chunks.push(chunk);
  }
  const coding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  const body = await undoCoding(coding, Buffer.concat(chunks), pool);
  place.grow(Math.max(0, body.length - length));
  return body;
}

/** Undoes a content coding, within the limit of a body. */
export async function undoCoding(coding: string, bytes: Uint8Array, pool: ReadingPool): Promise<Uint8Array> {
  switch (coding) {
    case "":
    case "identity":
      return bytes;
    case "gzip":
    case "x-gzip":
      return unzipped(() => gunzipAsync(bytes, { maxOutputLength: MAX_BODY_BYTES }));
    case "deflate":
      return unzipped(() => inflateAsync(bytes, { maxOutputLength: MAX_BODY_BYTES }));
    case "zstd":
    case "snappy":
      return bounded(coding, bytes, pool);
    default:
      throw new BadRequest(
        "unsupported",
        `the content coding "${coding}" is not known; gzip, deflate, zstd and snappy are`,
      );
  }
}

async function unzipped(work: () => Promise<Buffer>): Promise<Uint8Array> {
  try {
    return await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge();
    throw new BadRequest("malformed", `the body cannot be decompressed: ${(error as Error).message}`);
  }
}

async function bounded(coding: "zstd" | "snappy", bytes: Uint8Array, pool: ReadingPool): Promise<Uint8Array> {
  const decoded = await pool.decompress({ coding, bytes, maxBytes: MAX_BODY_BYTES });
  if (decoded !== undefined && decoded.bytes.length === MAX_BODY_BYTES) throw tooLarge();
  if (decoded === undefined || decoded.isTruncated) {
    throw new BadRequest("malformed", `the body cannot be decompressed as ${coding}`);
  }
  return decoded.bytes;
}

function tooLarge(): BadRequest {
  return new BadRequest("tooLarge", `the body is longer than ${MAX_BODY_BYTES} bytes; send smaller batches`);
}

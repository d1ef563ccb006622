import { decompress } from "../common/compression/decompress.ts";
import { BodyReader } from "./body-reader.ts";
import { Flag, type Header, KEPT_BYTES } from "./wire.ts";

/** Strings in front of a body that are passed over. */
const MAX_STRINGS = 256;

/** A frame's body out of its compression, behind what its flags put in front; undefined where the compression is not known. */
export function bodyOf(header: Header, frame: Uint8Array, compression: string | undefined): Uint8Array | undefined {
  const { flags, bodyAt, isResponse, version } = header;
  const body = frame.subarray(bodyAt);
  // From version 5 on segments are compressed, not frames.
  const isCompressed = (flags & Flag.compression) !== 0 && version < 5;
  const plain = isCompressed ? plainOf(body, compression) : body;
  if (plain === undefined) return undefined;
  const reader = new BodyReader(plain);
  if (isResponse && (flags & Flag.tracing) !== 0) reader.skip(16);
  if (isResponse && (flags & Flag.warning) !== 0) skipEach(reader, () => reader.skip(reader.short()));
  if ((flags & Flag.customPayload) !== 0)
    skipEach(reader, () => {
      reader.skip(reader.short());
      reader.skipBytes();
    });
  return plain.subarray(reader.at);
}

function plainOf(body: Uint8Array, compression: string | undefined): Uint8Array | undefined {
  if (compression === "snappy") return decompress("snappy", body, KEPT_BYTES)?.bytes;
  // The length of what comes out stands in front (four bytes).
  return compression === "lz4" ? decompress("lz4Block", body.subarray(4), KEPT_BYTES)?.bytes : undefined;
}

function skipEach(reader: BodyReader, skip: () => void): void {
  for (let count = Math.min(reader.short(), MAX_STRINGS); count > 0 && !reader.isOver; count -= 1) skip();
}

import { decompress } from "../common/compression/decompress.ts";
import type { FrameShape } from "../common/frame-reader.ts";

/** Longest payload of a segment: its length has 17 bits (§2.2 of version 5). */
const MAX_PAYLOAD_BYTES = 0x1ffff;
const CRC24_BYTES = 3;
const CRC32_BYTES = 4;
const PLAIN_HEADER_BYTES = 3 + CRC24_BYTES;
const COMPRESSED_HEADER_BYTES = 5 + CRC24_BYTES;

/** Segments, in which version 5 puts its frames once a connection is set up; their header has a checksum, so that they are known for sure. */
export function segmentShape(isCompressed: boolean): FrameShape {
  const headerBytes = isCompressed ? COMPRESSED_HEADER_BYTES : PLAIN_HEADER_BYTES;
  const lengthOf = (bytes: Uint8Array) => {
    const dataBytes = headerBytes - CRC24_BYTES;
    if (crc24(bytes, dataBytes) !== uint24(bytes, dataBytes)) return undefined;
    return headerBytes + (uint24(bytes, 0) & MAX_PAYLOAD_BYTES) + CRC32_BYTES;
  };
  const maxBytes = headerBytes + MAX_PAYLOAD_BYTES + CRC32_BYTES;
  return {
    headerBytes,
    lengthOf,
    maxBytes,
    keptBytes: maxBytes,
    resumes: (bytes) => (bytes.length < headerBytes ? "needMore" : lengthOf(bytes) === undefined ? "noMatch" : "match"),
  };
}

/** Frames, or a part of one, in a segment; undefined where they cannot be decompressed. */
export function payloadOf(segment: Uint8Array, isCompressed: boolean): Uint8Array | undefined {
  if (!isCompressed) return segment.subarray(PLAIN_HEADER_BYTES, segment.length - CRC32_BYTES);
  const payload = segment.subarray(COMPRESSED_HEADER_BYTES, segment.length - CRC32_BYTES);
  // The second length, of 17 bits behind the first 17, is 0 for what was not worth compressing.
  const plainBytes = (uint24(segment, 2) >> 1) & MAX_PAYLOAD_BYTES;
  return plainBytes === 0 ? payload : decompress("lz4Block", payload, plainBytes)?.bytes;
}

/** CRC-24 as the specification has it: polynomial 0x1974f0b, initial value 0x875060. */
function crc24(bytes: Uint8Array, length: number): number {
  let crc = 0x875060;
  for (let at = 0; at < length; at += 1) {
    crc ^= (bytes[at] ?? 0) << 16;
    for (let bit = 0; bit < 8; bit += 1) {
      crc <<= 1;
      if ((crc & 0x1000000) !== 0) crc ^= 0x1974f0b;
    }
  }
  return crc;
}

/** Little-endian. */
function uint24(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
}

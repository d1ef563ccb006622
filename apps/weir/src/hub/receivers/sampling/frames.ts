import { crc32 } from "node:zlib";

/** Spans of one trace that came together, as they lie in a segment. */
export interface Frame {
  readonly traceId: string;
  readonly bytes: number;
  /** Its spans as they are inserted, one per line; frames of traces that are not kept are never read. */
  readonly payload: Uint8Array<ArrayBuffer>;
}

/** Length of the payload, CRC-32 of what follows the two, trace id. */
const LENGTH_AT = 0;
const CRC_AT = 4;
const TRACE_ID_AT = 8;
const HEADER_BYTES = 24;

/** A frame of these lines. */
export function encodeFrame(traceId: string, lines: readonly string[]): Buffer<ArrayBuffer> {
  const payload = Buffer.from(`${lines.join("\n")}\n`);
  const frame = Buffer.alloc(HEADER_BYTES + payload.length);
  frame.writeUInt32LE(payload.length, LENGTH_AT);
  frame.write(traceId, TRACE_ID_AT, "hex");
  payload.copy(frame, HEADER_BYTES);
  frame.writeUInt32LE(crc32(frame.subarray(TRACE_ID_AT)), CRC_AT);
  return frame;
}

/** The frames of a segment in their order, up to the first that is not whole: what was being written when the hub was killed, and so was never acknowledged. */
export function* framesOf(segment: Buffer<ArrayBuffer>): Generator<Frame> {
  for (let at = 0; at + HEADER_BYTES <= segment.length; ) {
    const end = at + HEADER_BYTES + segment.readUInt32LE(at + LENGTH_AT);
    if (end > segment.length) return;
    const frame = segment.subarray(at, end);
    if (crc32(frame.subarray(TRACE_ID_AT)) !== frame.readUInt32LE(CRC_AT)) return;
    yield {
      traceId: frame.toString("hex", TRACE_ID_AT, HEADER_BYTES),
      bytes: frame.length,
      payload: frame.subarray(HEADER_BYTES),
    };
    at = end;
  }
}

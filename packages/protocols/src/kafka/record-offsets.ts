import { KafkaReader } from "./reader.ts";

/** First and last offset of records. */
export interface OffsetRange {
  readonly first: number;
  readonly last: number;
}

/** Offset and length of a batch, or of a message of the formats before it. */
const LOG_OVERHEAD_BYTES = 12;
/** Of a batch behind its log overhead: up to the offset of its last record. */
const TO_LAST_OFFSET_BYTES = 15;
/** Batches of one partition that are looked through. */
const MAX_BATCHES = 1024;

/** The offsets of one partition's record batches that are there whole; `length` is how long they are on the wire. Undefined where there is none. */
export function offsetsOf(bytes: Uint8Array, length: number): OffsetRange | undefined {
  let range: OffsetRange | undefined;
  let at = 0;
  for (
    let batch = 0;
    batch < MAX_BATCHES && at + LOG_OVERHEAD_BYTES + TO_LAST_OFFSET_BYTES <= bytes.length;
    batch += 1
  ) {
    const reader = new KafkaReader(bytes, bytes.length, at);
    const first = reader.int64();
    const size = reader.int32();
    const end = at + LOG_OVERHEAD_BYTES + size;
    if (size < TO_LAST_OFFSET_BYTES || end > length) break;
    // The epoch of the leader, or the checksum of old messages; the magic; in batches the checksum and attributes come next.
    reader.int32();
    const isBatch = reader.int8() === 2;
    if (isBatch) reader.skip(6);
    const last = isBatch ? first + Math.max(0, reader.int32()) : first;
    range = { first: range?.first ?? first, last };
    at = end;
  }
  return range;
}

import type { ProbeVerdict } from "../contract.ts";
import { KafkaReader } from "./reader.ts";

/** What every broker offers at least, and may ever. */
const MIN_APIS = 8;
const MAX_APIS = 126;
const MAX_KEY = 1000;
const MAX_VERSION = 64;
/** Correlation id, error code, count and the first three APIs, in the longest form. */
const LOOKED_AT_BYTES = 14 + 3 * 7;

/**
 * Whether bytes begin with a response to ApiVersions: the only response that tells by itself that it is Kafka's, as it is a table of keys that rise
 * and of versions. Where a capture begins between the first request and its response, this is what a stream is known by.
 */
export function probeResponse(bytes: Uint8Array): ProbeVerdict {
  if ((bytes[0] ?? 0) !== 0 || (bytes[1] ?? 0) !== 0 || (bytes[4] ?? 0) >= 0x80) return "noMatch";
  if ((bytes[8] ?? 0) !== 0 || (bytes[9] ?? 0) !== 0) return "noMatch";
  if (bytes.length < LOOKED_AT_BYTES) return bytes.length < 10 || startsTable(bytes) ? "needMore" : "noMatch";
  return startsTable(bytes) && (isTable(bytes, false) || isTable(bytes, true)) ? "match" : "noMatch";
}

/** A count of four bytes, or one of one byte with the first API's key behind it. */
function startsTable(bytes: Uint8Array): boolean {
  const [first = 0, second = 0, third = 0] = bytes.subarray(10);
  return first === 0 ? second === 0 && third === 0 : first > MIN_APIS && first <= MAX_APIS + 1 && second === 0;
}

function isTable(bytes: Uint8Array, isFlexible: boolean): boolean {
  const reader = new KafkaReader(bytes);
  const length = reader.int32();
  reader.int32();
  reader.int16();
  const count = reader.longLength(isFlexible);
  const bytesOfTable = 4 + 2 + (isFlexible ? 1 + 7 * count : 4 + 6 * count);
  if (count < MIN_APIS || count > MAX_APIS || length < bytesOfTable) return false;
  let lastKey = -1;
  for (let index = 0; index < 3; index += 1) {
    const key = reader.int16();
    const oldest = reader.int16();
    const newest = reader.int16();
    if (isFlexible) reader.skipTags();
    if (reader.isOver || key <= lastKey || key > MAX_KEY) return false;
    if (oldest < 0 || oldest > newest || newest > MAX_VERSION) return false;
    lastKey = key;
  }
  return true;
}

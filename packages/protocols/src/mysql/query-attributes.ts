import type { PayloadReader } from "./wire.ts";

/** Attributes of one query that are passed over at most. */
const MAX_ATTRIBUTES = 1_024;
/** Bytes of values of fixed length by their type (MySQL source documentation, "Binary Protocol Value"). */
const FIXED_BYTES: Readonly<Record<number, number>> = { 1: 1, 2: 2, 3: 4, 4: 4, 5: 8, 6: 0, 8: 8, 9: 4, 13: 2 };
/** Dates and times: one byte tells their length. */
const TIMED = new Set([7, 10, 11, 12]);

/** Passes over the attributes in front of a COM_QUERY's text (CLIENT_QUERY_ATTRIBUTES). False where they do not fit. */
export function skipQueryAttributes(reader: PayloadReader): boolean {
  const count = reader.lengthEncoded() ?? 0;
  // There is one set of values, always.
  if (reader.lengthEncoded() !== 1) return false;
  if (count === 0) return !reader.failed;
  if (count > MAX_ATTRIBUTES) return false;
  const nulls = reader.take((count + 7) >> 3);
  const types: number[] = [];
  if (reader.int(1) !== 1) return false;
  for (let attribute = 0; attribute < count && !reader.failed; attribute += 1) {
    types.push(reader.int(1));
    reader.take(1);
    reader.take(reader.lengthEncoded() ?? 0);
  }
  types.forEach((type, index) => {
    const isNull = ((nulls[index >> 3] ?? 0) >> (index & 7)) & 1;
    if (isNull === 0) skipValue(reader, type);
  });
  return !reader.failed;
}

function skipValue(reader: PayloadReader, type: number): void {
  const fixed = FIXED_BYTES[type];
  if (fixed !== undefined) reader.take(fixed);
  else if (TIMED.has(type)) reader.take(reader.int(1));
  else reader.take(reader.lengthEncoded() ?? 0);
}

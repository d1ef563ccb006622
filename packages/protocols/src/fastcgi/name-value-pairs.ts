import { ByteCursor } from "../common/byte-cursor.ts";

/** Pairs that are read of one stream; CGI has some twenty, and one for each header. */
const MAX_PAIRS = 256;
/** Lengths from this on have four bytes, the highest bit set. */
const LONG_LENGTH = 0x80;

/** Pairs of a stream. */
export interface NameValuePairs {
  readonly pairs: ReadonlyMap<string, string>;
  /** False where the last pair runs over the end; it is left out. */
  readonly isWhole: boolean;
}

/** Name-value pairs (§3.4), as they stand. */
export function readPairs(bytes: Uint8Array): NameValuePairs {
  const pairs = new Map<string, string>();
  const cursor = new ByteCursor(bytes);
  while (cursor.left > 0 && pairs.size < MAX_PAIRS) {
    const nameBytes = readLength(cursor);
    const valueBytes = readLength(cursor);
    const name = cursor.text(nameBytes);
    const value = cursor.text(valueBytes);
    if (cursor.hasFailed) break;
    pairs.set(name, value);
  }
  return { pairs, isWhole: !cursor.hasFailed };
}

function readLength(cursor: ByteCursor): number {
  const first = cursor.uint8();
  if (first < LONG_LENGTH) return first;
  const rest = cursor.take(3);
  return ((first & 0x7f) << 24) | ((rest[0] ?? 0) << 16) | ((rest[1] ?? 0) << 8) | (rest[2] ?? 0);
}

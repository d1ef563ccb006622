import type { ByteCursor } from "../common/byte-cursor.ts";

/** Characters of a path that are kept. */
const MAX_PATH_CHARS = 1024;
/** Names that are read of a vector. */
const MAX_NAMES = 1024;

/** A string of jute: a length, then UTF-8; the null string is an empty one here. */
export function readString(cursor: ByteCursor): string {
  const length = cursor.int32();
  return length <= 0 ? "" : cursor.text(length).slice(0, MAX_PATH_CHARS);
}

/** Reads over a buffer. Returns its length, which is known even where its end was not kept. */
export function skipBuffer(cursor: ByteCursor): number | undefined {
  const length = cursor.int32();
  if (cursor.hasFailed) return undefined;
  if (length > 0) cursor.take(length);
  return Math.max(0, length);
}

/** Reads over a vector of strings. Returns how many there are. */
export function skipStrings(cursor: ByteCursor): number | undefined {
  const count = cursor.int32();
  if (cursor.hasFailed) return undefined;
  if (count > MAX_NAMES) cursor.fail();
  else for (let index = 0; index < count && !cursor.hasFailed; index += 1) skipBuffer(cursor);
  return Math.max(0, count);
}

/** Reads over a vector of access rights. */
export function skipRights(cursor: ByteCursor): void {
  const count = cursor.int32();
  if (count > MAX_NAMES) cursor.fail();
  for (let index = 0; index < count && !cursor.hasFailed; index += 1) {
    cursor.int32();
    skipBuffer(cursor);
    skipBuffer(cursor);
  }
}

/** Bytes of a `Stat`. */
export const STAT_BYTES = 68;

/** What of a `Stat` calls show. */
export interface NodeStat {
  readonly version: number;
  readonly dataBytes: number;
  readonly childCount: number;
}

export function readStat(cursor: ByteCursor): NodeStat | undefined {
  // Transactions and times of creation and of the last change.
  cursor.take(4 * 8);
  const version = cursor.int32();
  // Versions of children and rights, and who owns an ephemeral node.
  cursor.take(4 + 4 + 8);
  const dataBytes = cursor.int32();
  const childCount = cursor.int32();
  cursor.take(8);
  return cursor.hasFailed ? undefined : { version, dataBytes, childCount };
}

/** A transaction or session id as ZooKeeper's logs write it. */
export function formatId(id: bigint): string {
  return `0x${BigInt.asUintN(64, id).toString(16)}`;
}

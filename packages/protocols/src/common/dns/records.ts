import { type Cursor, readName, readUint16 } from "./cursor.ts";
import { typeName } from "./names.ts";
import { readValue } from "./values.ts";

/** DNS messages (RFC 1035 §4). */
export const HEADER_BYTES = 12;
export const FLAGS_AT = 2;
export const Flag = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
} as const;
const OPT = 41;

export interface Question {
  readonly name: string;
  readonly type: string;
}

export interface ResourceRecord {
  readonly name: string;
  readonly type: string;
  readonly ttlSeconds: number;
  /** In presentation form, as zone files write it. */
  readonly value: string;
}

/** Reads questions as far as they go. */
export function readQuestions(cursor: Cursor, count: number): Question[] {
  const questions: Question[] = [];
  for (let index = 0; index < count && !cursor.failed; index += 1) {
    const name = readName(cursor);
    const type = readUint16(cursor);
    readUint16(cursor);
    if (!cursor.failed) questions.push({ name, type: typeName(type) });
  }
  return questions;
}

/** A record with what of it is needed as numbers. */
export interface ReadRecord {
  readonly record: ResourceRecord;
  readonly type: number;
  readonly ttl: number;
}

/** Reads one record; undefined where it does not fit. */
export function readRecord(cursor: Cursor): ReadRecord | undefined {
  const name = readName(cursor);
  const type = readUint16(cursor);
  readUint16(cursor);
  const ttl = readUint16(cursor) * 65_536 + readUint16(cursor);
  const length = readUint16(cursor);
  const end = cursor.at + length;
  if (cursor.failed || end > cursor.bytes.length) {
    cursor.failed = true;
    return undefined;
  }
  const value = type === OPT ? "" : readValue(cursor, type, end);
  cursor.at = end;
  return { record: { name, type: typeName(type), ttlSeconds: ttl, value }, type, ttl };
}

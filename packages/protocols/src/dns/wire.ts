import { decodeLatin1, formatIpv4, formatIpv6, toHex } from "@weir/base";
import { isKnownOpcode, isKnownType, opcodeName, typeName } from "./names.ts";

/** DNS messages (RFC 1035 §4). */
export const HEADER_BYTES = 12;
const FLAGS_AT = 2;
const Flag = {
  response: 0x8000,
  authoritative: 0x0400,
  truncated: 0x0200,
  recursionDesired: 0x0100,
  recursionAvailable: 0x0080,
} as const;
const SOA = 6;
const OPT = 41;
/** Bounds that no honest message meets: names of 255 octets, and more records than fit. */
const MAX_NAME_BYTES = 255;
const MAX_POINTERS = 64;
const MAX_RECORDS = 4_096;
const MAX_QUESTIONS = 64;

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

export interface DnsMessage {
  readonly id: number;
  readonly isResponse: boolean;
  readonly opcode: string;
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionAvailable: boolean;
  readonly questions: readonly Question[];
  readonly answers: readonly ResourceRecord[];
  readonly answerCount: number;
  /** How long resolvers keep that there is no such thing, by the zone's SOA in the authority section; undefined where none stands there. */
  readonly negativeTtlSeconds: number | undefined;
}

/** A reader's place in a message; `failed` once anything did not fit. */
interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  failed: boolean;
}

/** Parses a whole message; undefined where the bytes are no DNS message. A truncated one (TC, or cut by the snap length) keeps what fits. */
export function parseDns(bytes: Uint8Array): DnsMessage | undefined {
  if (bytes.length < HEADER_BYTES || isNetbiosName(bytes, HEADER_BYTES)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(FLAGS_AT);
  const opcode = opcodeName((flags >> 11) & 0x0f);
  const [questionCount, answerCount, authorityCount, additionalCount] = [4, 6, 8, 10].map((at) =>
    view.getUint16(at),
  ) as [number, number, number, number];
  const records = answerCount + authorityCount + additionalCount;
  if (questionCount === 0 && records > MAX_RECORDS) return undefined;
  if (!isKnownOpcode((flags >> 11) & 0x0f) && !beginsLikeDns(bytes)) return undefined;
  const cursor: Cursor = { bytes, view, at: HEADER_BYTES, failed: false };
  const questions = readQuestions(cursor, Math.min(questionCount, MAX_QUESTIONS));
  if (cursor.failed && questions.length === 0 && !isCutInQuestion(bytes)) return undefined;
  const answers: ResourceRecord[] = [];
  let extendedRcode = 0;
  let negativeTtlSeconds: number | undefined;
  for (let index = 0; index < Math.min(records, MAX_RECORDS) && !cursor.failed; index += 1) {
    const record = readRecord(cursor);
    if (record === undefined) break;
    if (index < answerCount) answers.push(record.record);
    else if (record.type === SOA && index < answerCount + authorityCount) negativeTtlSeconds ??= negativeTtlOf(record);
    if (record.type === OPT) extendedRcode = record.ttl >>> 24;
  }
  return {
    id: view.getUint16(0),
    isResponse: (flags & Flag.response) !== 0,
    opcode,
    rcode: (extendedRcode << 4) | (flags & 0x0f),
    authoritative: (flags & Flag.authoritative) !== 0,
    truncated: (flags & Flag.truncated) !== 0,
    recursionAvailable: (flags & Flag.recursionAvailable) !== 0,
    questions,
    answers,
    answerCount,
    negativeTtlSeconds,
  };
}

/** RFC 2308 §5: the lesser of the record's own time to live and of the last of its numbers. */
function negativeTtlOf({ record, ttl }: ReadRecord): number | undefined {
  const minimum = /^\S+ \S+(?: \d+){4} (\d+)$/.exec(record.value)?.[1];
  return minimum === undefined ? undefined : Math.min(ttl, Number(minimum));
}

/** True where every counted record is there and nothing is left over: what detection asks for. */
export function isWholeDns(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES || isNetbiosName(bytes, HEADER_BYTES)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(FLAGS_AT);
  const counts = [4, 6, 8, 10].map((at) => view.getUint16(at)) as [number, number, number, number];
  const isResponse = (flags & Flag.response) !== 0;
  const records = counts[1] + counts[2] + counts[3];
  const hasZ = (flags & 0x0040) !== 0;
  if (hasZ || !isKnownOpcode((flags >> 11) & 0x0f) || counts[0] > 16 || records > 512) return false;
  if (!isResponse && (flags & 0x0f) !== 0) return false;
  if (counts[0] === 0 && (records === 0 ? !isResponse || (flags & 0x0f) === 0 : !isResponse)) return false;
  const cursor: Cursor = { bytes, view, at: HEADER_BYTES, failed: false };
  readQuestions(cursor, counts[0]);
  for (let index = 0; index < records && !cursor.failed; index += 1) readRecord(cursor);
  return !cursor.failed && (cursor.at === bytes.length || (flags & Flag.truncated) !== 0);
}

/** Classes that are in use: IN, CH, HS, NONE, ANY; mDNS marks with the highest bit who wants the answer alone (RFC 6762 §5.4). */
const CLASSES: ReadonlySet<number> = new Set([1, 3, 4, 254, 255]);

/**
 * True where one question that is beyond doubt stands behind the header, whatever follows: messages that the snap length or a missing fragment cut, and
 * damaged ones, are still DNS.
 */
export function beginsLikeDns(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES + 6 || isNetbiosName(bytes, HEADER_BYTES)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const questions = view.getUint16(4);
  const records = view.getUint16(6) + view.getUint16(8) + view.getUint16(10);
  const areCountsHonest = questions > 0 && questions <= 4 && records <= 512;
  // Where nothing stands behind the question, it is beyond doubt whatever the header counts.
  if (!areCountsHonest && !CLASSES.has(view.getUint16(bytes.length - 2) & 0x7fff)) return false;
  const cursor: Cursor = { bytes, view, at: HEADER_BYTES, failed: false };
  const name = readName(cursor);
  const type = readUint16(cursor);
  const dnsClass = readUint16(cursor) & 0x7fff;
  if (cursor.failed || (!areCountsHonest && cursor.at !== bytes.length)) return false;
  return CLASSES.has(dnsClass) && isKnownType(type) && /^[!-~]+\.[!-~]*$/.test(name);
}

/**
 * True where the snap length cut a message inside its first question, which looks like one as far as it goes: a header as nearly all have it, then labels
 * of letters up to the last byte.
 */
export function isCutInQuestion(bytes: Uint8Array): boolean {
  if (bytes.length <= HEADER_BYTES + MIN_CUT_NAME_BYTES || bytes[HEADER_BYTES] === 32) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(FLAGS_AT);
  const isQuery = (flags & Flag.response) === 0;
  if ((flags & 0x7840) !== 0 || (flags & 0x0f) > (isQuery ? 0 : 5) || view.getUint16(4) !== 1) return false;
  const records = [6, 8, 10].map((at) => view.getUint16(at));
  if (records.some((count) => count > (isQuery ? 1 : MAX_CUT_RECORDS))) return false;
  let at = HEADER_BYTES;
  for (;;) {
    const length = bytes[at] ?? 0;
    // The name is whole: behind it stand type and class.
    if (length === 0) return at > HEADER_BYTES && bytes.length < at + 5;
    if (length > 63) return false;
    const end = Math.min(at + 1 + length, bytes.length);
    if (!/^[\w-]*$/.test(decodeLatin1(bytes, at + 1, end))) return false;
    if (end === bytes.length) return true;
    at = end;
  }
}

/** Bytes of a name by which it is known, and records that an honest answer has of a kind at most. */
const MIN_CUT_NAME_BYTES = 4;
const MAX_CUT_RECORDS = 64;

/** True where a message answers. At least a header's bytes are there. */
export function isResponse(bytes: Uint8Array): boolean {
  return ((bytes[FLAGS_AT] ?? 0) & (Flag.response >> 8)) !== 0;
}

/** Of the 32. */
const MIN_NETBIOS_LETTERS = 26;

/**
 * NetBIOS's name service keeps to DNS's form, and is another protocol: its names are one label of 32 letters from A to P (RFC 1001 §14.1), which no
 * host has.
 */
function isNetbiosName(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 32 || bytes.length <= at + 32) return false;
  let letters = 0;
  for (let index = at + 1; index <= at + 32; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte >= 65 && byte <= 80) letters += 1;
  }
  // Some damaged letters do not make a host's name of it.
  return letters >= MIN_NETBIOS_LETTERS;
}

function readQuestions(cursor: Cursor, count: number): Question[] {
  const questions: Question[] = [];
  for (let index = 0; index < count && !cursor.failed; index += 1) {
    const name = readName(cursor);
    const type = readUint16(cursor);
    readUint16(cursor);
    if (!cursor.failed) questions.push({ name, type: typeName(type) });
  }
  return questions;
}

interface ReadRecord {
  readonly record: ResourceRecord;
  readonly type: number;
  readonly ttl: number;
}

function readRecord(cursor: Cursor): ReadRecord | undefined {
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

/** The data of a record in presentation form; what has no form here as RFC 3597 writes it. */
function readValue(cursor: Cursor, type: number, end: number): string {
  const inner: Cursor = { bytes: cursor.bytes, view: cursor.view, at: cursor.at, failed: false };
  const raw = () => `\\# ${end - cursor.at} ${toHex(cursor.bytes.subarray(cursor.at, end))}`;
  const value = VALUE_READERS[type]?.(inner, end);
  return value === undefined || inner.failed || inner.at > end ? raw() : value;
}

type ValueReader = (cursor: Cursor, end: number) => string | undefined;

const nameValue: ValueReader = (cursor) => readName(cursor);
const svcb: ValueReader = (cursor, end) =>
  `${readUint16(cursor)} ${readName(cursor)}${end > cursor.at ? ` ${readServiceParameters(cursor, end)}` : ""}`;
const hexTail = (cursor: Cursor, end: number) => {
  const text = toHex(cursor.bytes.subarray(cursor.at, end));
  cursor.at = end;
  return text;
};

const VALUE_READERS: Readonly<Record<number, ValueReader>> = {
  1: (cursor, end) => (end - cursor.at === 4 ? formatIpv4(cursor.bytes, cursor.at) : undefined),
  28: (cursor, end) => (end - cursor.at === 16 ? formatIpv6(cursor.bytes, cursor.at) : undefined),
  2: nameValue,
  5: nameValue,
  12: nameValue,
  39: nameValue,
  15: (cursor) => `${readUint16(cursor)} ${readName(cursor)}`,
  16: (cursor, end) => readStrings(cursor, end),
  99: (cursor, end) => readStrings(cursor, end),
  13: (cursor, end) => readStrings(cursor, end),
  6: (cursor) =>
    `${readName(cursor)} ${readName(cursor)} ${Array.from({ length: 5 }, () => readUint16(cursor) * 65_536 + readUint16(cursor)).join(" ")}`,
  33: (cursor) => `${readUint16(cursor)} ${readUint16(cursor)} ${readUint16(cursor)} ${readName(cursor)}`,
  35: (cursor) =>
    `${readUint16(cursor)} ${readUint16(cursor)} ${readString(cursor)} ${readString(cursor)} ${readString(cursor)} ${readName(cursor)}`,
  257: (cursor, end) =>
    `${readUint8(cursor)} ${decodeText(readCounted(cursor))} "${decodeText(take(cursor, end - cursor.at))}"`,
  43: (cursor, end) => `${readUint16(cursor)} ${readUint8(cursor)} ${readUint8(cursor)} ${hexTail(cursor, end)}`,
  48: (cursor, end) => `${readUint16(cursor)} ${readUint8(cursor)} ${readUint8(cursor)} ${hexTail(cursor, end)}`,
  44: (cursor, end) => `${readUint8(cursor)} ${readUint8(cursor)} ${hexTail(cursor, end)}`,
  52: (cursor, end) => `${readUint8(cursor)} ${readUint8(cursor)} ${readUint8(cursor)} ${hexTail(cursor, end)}`,
  46: (cursor, end) =>
    `${typeName(readUint16(cursor))} ${readUint8(cursor)} ${readUint8(cursor)} ${readUint32(cursor)} ${readUint32(cursor)} ${readUint32(cursor)} ${readUint16(cursor)} ${readName(cursor)} ${hexTail(cursor, end)}`,
  47: (cursor, end) => `${readName(cursor)} ${hexTail(cursor, end)}`,
  64: svcb,
  65: svcb,
};

/** SVCB parameters (RFC 9460 §2.2) by number; addresses and ALPN in words. */
function readServiceParameters(cursor: Cursor, end: number): string {
  const parts: string[] = [];
  while (cursor.at + 4 <= end && !cursor.failed) {
    const key = readUint16(cursor);
    const value = take(cursor, readUint16(cursor));
    if (key === 1)
      parts.push(
        `alpn=${decodeText(value)
          .replace(/[^\x20-\x7e]/g, " ")
          .trim()}`,
      );
    else if (key === 3 && value.length === 2) parts.push(`port=${((value[0] ?? 0) << 8) | (value[1] ?? 0)}`);
    else parts.push(`key${key}=${toHex(value)}`);
  }
  return parts.join(" ");
}

/** A domain name with compression (RFC 1035 §4.1.4): pointers go backwards only, so that they end. */
function readName(cursor: Cursor): string {
  const labels: string[] = [];
  let at = cursor.at;
  let after = -1;
  let bytesInName = 0;
  for (let pointers = 0; ; ) {
    const length = cursor.bytes[at];
    if (length === undefined) return fail(cursor);
    if (length === 0) {
      cursor.at = after < 0 ? at + 1 : after;
      return labels.length === 0 ? "." : labels.join(".");
    }
    if ((length & 0xc0) === 0xc0) {
      const low = cursor.bytes[at + 1];
      const target = ((length & 0x3f) << 8) | (low ?? 0);
      pointers += 1;
      if (low === undefined || target >= at || pointers > MAX_POINTERS) return fail(cursor);
      if (after < 0) after = at + 2;
      at = target;
      continue;
    }
    bytesInName += length + 1;
    if (length > 63 || bytesInName > MAX_NAME_BYTES || at + 1 + length > cursor.bytes.length) return fail(cursor);
    labels.push(escapeLabel(cursor.bytes, at + 1, at + 1 + length));
    at += 1 + length;
  }
}

/** Octets that zone files cannot show stand as \DDD (RFC 1035 §5.1). */
function escapeLabel(bytes: Uint8Array, from: number, to: number): string {
  const text = decodeLatin1(bytes, from, to);
  return /^[\w-]*$/.test(text)
    ? text
    : text.replace(/[^\x21-\x7e]|[.\\"]/g, (character) =>
        /[.\\"]/.test(character) ? `\\${character}` : `\\${String(character.charCodeAt(0)).padStart(3, "0")}`,
      );
}

function readStrings(cursor: Cursor, end: number): string {
  const strings: string[] = [];
  while (cursor.at < end && !cursor.failed) strings.push(readString(cursor));
  return strings.join(" ");
}

function readString(cursor: Cursor): string {
  return `"${decodeText(readCounted(cursor)).replace(/["\\]/g, "\\$&")}"`;
}

function readCounted(cursor: Cursor): Uint8Array {
  return take(cursor, readUint8(cursor));
}

function decodeText(bytes: Uint8Array): string {
  return decodeLatin1(bytes).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\${String(character.charCodeAt(0)).padStart(3, "0")}`,
  );
}

function take(cursor: Cursor, count: number): Uint8Array {
  const bytes = cursor.bytes.subarray(cursor.at, cursor.at + count);
  if (bytes.length < count) cursor.failed = true;
  cursor.at += count;
  return bytes;
}

function readUint8(cursor: Cursor): number {
  return take(cursor, 1)[0] ?? 0;
}

function readUint16(cursor: Cursor): number {
  const bytes = take(cursor, 2);
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

function readUint32(cursor: Cursor): number {
  return readUint16(cursor) * 65_536 + readUint16(cursor);
}

function fail(cursor: Cursor): string {
  cursor.failed = true;
  return "";
}

import type { ProbeVerdict } from "../contract.ts";
import { findCommand } from "./commands.ts";

/** First bytes of RESP values, and others that stand between them. */
export const Byte = {
  lineFeed: 0x0a,
  carriageReturn: 0x0d,
  simple: 0x2b,
  error: 0x2d,
  integer: 0x3a,
  bulk: 0x24,
  array: 0x2a,
  nothing: 0x5f,
  double: 0x2c,
  boolean: 0x23,
  bigNumber: 0x28,
  blobError: 0x21,
  verbatim: 0x3d,
  map: 0x25,
  set: 0x7e,
  push: 0x3e,
  attribute: 0x7c,
  /** No byte of the wire: stands for a command that came as a plain line. */
  inline: 0x100,
} as const;

/** What follows a first byte: bytes of a counted string, a count of elements, or nothing but the line. */
const Form = { none: 0, bulk: 1, aggregate: 2, line: 3 } as const;
const FORMS = new Uint8Array(256);
for (const byte of [Byte.bulk, Byte.verbatim, Byte.blobError]) FORMS[byte] = Form.bulk;
for (const byte of [Byte.array, Byte.map, Byte.set, Byte.push, Byte.attribute]) FORMS[byte] = Form.aggregate;
for (const byte of [Byte.simple, Byte.error, Byte.integer, Byte.nothing, Byte.double, Byte.boolean, Byte.bigNumber])
  FORMS[byte] = Form.line;

export function isBulk(type: number): boolean {
  return FORMS[type] === Form.bulk;
}

export function isAggregate(type: number): boolean {
  return FORMS[type] === Form.aggregate;
}

export function isLine(type: number): boolean {
  return FORMS[type] === Form.line;
}

/** Longest number that is a count or a length. */
const MAX_DIGITS = 15;
/** Shortest and longest look at a message that decides. */
const MAX_HEADER_BYTES = 18;

/** The count that stands from `from` to `to`: digits, or -1 for null; undefined where none does. */
export function countIn(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (to <= from || to - from > MAX_DIGITS) return undefined;
  if (bytes[from] === 0x2d) return to - from === 2 && bytes[from + 1] === 0x31 ? -1 : undefined;
  let count = 0;
  for (let at = from; at < to; at += 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    count = count * 10 + digit;
  }
  return count;
}

/** A header `*3 CR LF` at `at`: where it ends and what it counts. */
function headerAt(bytes: Uint8Array, at: number): { readonly end: number; readonly count: number } | ProbeVerdict {
  const feed = bytes.subarray(at, at + MAX_HEADER_BYTES).indexOf(Byte.lineFeed);
  if (feed < 0) return isHeaderSoFar(bytes, at) ? "needMore" : "noMatch";
  const end = at + feed;
  if (bytes[end - 1] !== Byte.carriageReturn) return "noMatch";
  const count = countIn(bytes, at + 1, end - 1);
  return count === undefined ? "noMatch" : { end: end + 1, count };
}

/** True where a header is cut off that could still become one. */
function isHeaderSoFar(bytes: Uint8Array, at: number): boolean {
  const rest = bytes.subarray(at + 1, at + MAX_HEADER_BYTES);
  if (rest.length >= MAX_HEADER_BYTES - 1) return false;
  return rest.every(
    (byte, index) =>
      (byte >= 0x30 && byte <= 0x39) ||
      (index === 0 && byte === 0x2d) ||
      (byte === Byte.carriageReturn && index > 0 && index === rest.length - 1),
  );
}

/** Whether a command begins here as clients send it: an array of bulk strings. */
export function beginsCommand(bytes: Uint8Array): ProbeVerdict {
  if (bytes[0] !== Byte.array) return bytes.length === 0 ? "needMore" : "noMatch";
  const header = headerAt(bytes, 0);
  if (typeof header === "string") return header;
  if (header.count < 1) return "noMatch";
  if (header.end >= bytes.length) return "needMore";
  if (bytes[header.end] !== Byte.bulk) return "noMatch";
  const bulk = headerAt(bytes, header.end);
  if (typeof bulk === "string") return bulk;
  return bulk.count >= 0 ? "match" : "noMatch";
}

/** The known command that stands first in an array of bulk strings. */
export function isKnownCommand(bytes: Uint8Array): boolean {
  const header = headerAt(bytes, 0);
  const bulk = typeof header === "string" ? header : headerAt(bytes, header.end);
  return typeof bulk !== "string" && findCommand(bytes, bulk.end, bulk.end + bulk.count) !== undefined;
}

/** Whether an answer begins here. `isStrict` where nothing else says that this is RESP: what POP3, NATS and memcached could say too is no proof. */
export function beginsReply(bytes: Uint8Array, isStrict: boolean): ProbeVerdict {
  const type = bytes[0];
  if (type === undefined) return "needMore";
  if (isAggregate(type)) return beginsAggregate(bytes);
  if (isBulk(type)) return beginsBulk(bytes);
  if (!isLine(type)) return "noMatch";
  if (type === Byte.simple || type === Byte.error) return isStrict ? saysOnlyRedis(bytes) : "match";
  return beginsNumber(bytes);
}

/** Whether a message begins here, in the direction of commands or of answers, in a stream that is known to be RESP. */
export function beginsMessage(bytes: Uint8Array, asks: boolean): ProbeVerdict {
  return asks ? beginsCommand(bytes) : beginsReply(bytes, false);
}

function beginsAggregate(bytes: Uint8Array): ProbeVerdict {
  const header = headerAt(bytes, 0);
  if (typeof header === "string") return header;
  if (header.count <= 0) return "match";
  const next = bytes[header.end];
  if (next === undefined) return "needMore";
  return isAggregate(next) || isBulk(next) || isLine(next) ? "match" : "noMatch";
}

function beginsBulk(bytes: Uint8Array): ProbeVerdict {
  const header = headerAt(bytes, 0);
  return typeof header === "string" ? header : "match";
}

const NUMBER_LINE = /^[:,(]-?\d{1,20}(?:\.\d+)?\r\n|^_\r\n|^#[tf]\r\n|^,-?(?:inf|nan)\r\n/;
const NUMBER_SO_FAR = /^[:,(]-?[\d.]{0,24}\r?$|^[_#][tf]?\r?$/;

function beginsNumber(bytes: Uint8Array): ProbeVerdict {
  const text = latin1(bytes, 32);
  if (NUMBER_LINE.test(text)) return "match";
  return NUMBER_SO_FAR.test(text) ? "needMore" : "noMatch";
}

/** Simple strings and errors that no other protocol with `+` and `-` lines has. */
const ONLY_REDIS =
  /^(?:\+OK\r\n)*(?:\+(?:PONG|QUEUED|RESET|FULLRESYNC [0-9a-f]{40} \d+|CONTINUE(?: [0-9a-f]{40})?|Background saving started)\r\n|\+OK\r\n[:$*%]-?\d+\r\n|-(?:NOAUTH|WRONGPASS|WRONGTYPE|NOSCRIPT|NOPERM|MOVED|ASK|EXECABORT|LOADING|BUSY|OOM|READONLY|CLUSTERDOWN|CROSSSLOT|TRYAGAIN|MASTERDOWN|MISCONF|NOREPLICAS|BUSYGROUP|NOGROUP|BUSYKEY|UNBLOCKED|NOPROTO|DENIED) [^\r\n]|-ERR (?:unknown (?:sub)?command ['`]|wrong number of arguments for|value is not|DB index|no such key|syntax error|Operation against|Client sent AUTH|AUTH <password>|max number of clients|Protocol error|invalid DB))/;
const OK_SO_FAR = /^(?:\+OK\r\n)*(?:\+[A-Za-z0-9 ]{0,60}\r?|-[A-Z]{0,20}(?: [^\r\n]{0,24})?|[:$*%]?-?\d*\r?)$/;
const STRICT_BYTES = 512;

function saysOnlyRedis(bytes: Uint8Array): ProbeVerdict {
  const text = latin1(bytes, STRICT_BYTES);
  if (ONLY_REDIS.test(text)) return "match";
  return bytes.length < STRICT_BYTES && OK_SO_FAR.test(text) ? "needMore" : "noMatch";
}

function latin1(bytes: Uint8Array, limit: number): string {
  return String.fromCharCode(...bytes.subarray(0, limit));
}

/** Longest beginning of a plain line that is looked at. */
const INLINE_BYTES = 40;

/**
 * Whether a client's plain line could be a command. It never proves RESP, since memcached, NATS and SMTP have commands of the same names: what the
 * server answers does.
 */
export function beginsInline(bytes: Uint8Array): ProbeVerdict {
  const end = Math.min(bytes.length, INLINE_BYTES);
  let from = 0;
  while (bytes[from] === Byte.carriageReturn || bytes[from] === Byte.lineFeed) from += 1;
  let at = from;
  while (at < end && isWordByte(bytes[at] ?? 0)) at += 1;
  if (at === from) return at === bytes.length ? "needMore" : "noMatch";
  if (at === end) return bytes.length < INLINE_BYTES ? "needMore" : "noMatch";
  const behind = bytes[at];
  const isWord = behind === 0x20 || behind === Byte.carriageReturn || behind === Byte.lineFeed;
  return isWord && findCommand(bytes, from, at) !== undefined ? "needMore" : "noMatch";
}

function isWordByte(byte: number): boolean {
  const letter = byte & 0xdf;
  return (letter >= 0x41 && letter <= 0x5a) || byte === 0x2e || byte === 0x2d || byte === 0x5f;
}

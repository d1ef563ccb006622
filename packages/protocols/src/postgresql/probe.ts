import type { ProbeVerdict } from "../contract.ts";
import {
  COLUMN_BYTES,
  cString,
  HEADER_BYTES,
  MAX_STARTUP_BYTES,
  type Side,
  StartCode,
  uint16,
  uint32,
} from "./wire.ts";

/** Longest first message that is waited for in the middle of a connection. */
const MAX_PROBE_MESSAGE_BYTES = 8_000;
const COMMAND_TAG = /^[A-Z][A-Z ]{2,40}(?: \d+){0,2}$/;
const TRANSACTION_STATES = "ITE";

/** Whether a stream begins with a message of this side. Strict: the whole first message must be as the protocol says. */
export function probeSide(side: Side, bytes: Uint8Array): ProbeVerdict {
  const type = bytes[0] ?? 0;
  if (type === 0) return side === "frontend" ? probeStart(bytes) : "noMatch";
  const check = (side === "frontend" ? FRONTEND : BACKEND)[String.fromCharCode(type)];
  if (check === undefined) return "noMatch";
  if (bytes.length < HEADER_BYTES) return bytes.length < 2 || bytes[1] === 0 ? "needMore" : "noMatch";
  const length = uint32(bytes, 1);
  if (length < 4 || length > MAX_PROBE_MESSAGE_BYTES) return "noMatch";
  if (bytes.length < 1 + length) return "needMore";
  return check(bytes.subarray(HEADER_BYTES, 1 + length)) ? "match" : "noMatch";
}

/** The messages without a type: a version and names with values, or one of three codes. */
function probeStart(bytes: Uint8Array): ProbeVerdict {
  if (bytes.length < 8) return bytes.length < 2 || bytes[1] === 0 ? "needMore" : "noMatch";
  const length = uint32(bytes, 0);
  const code = uint32(bytes, 4);
  if (code === StartCode.sslRequest || code === StartCode.gssEncRequest) return length === 8 ? "match" : "noMatch";
  if (code === StartCode.cancelRequest) return length >= 16 && length <= 268 ? "match" : "noMatch";
  // Version 3.0, 3.2; a client may ask for any minor version.
  if (code >>> 16 !== 3 || length > MAX_STARTUP_BYTES || length < 14) return "noMatch";
  if (!isPrintable(bytes[8] ?? 0x20)) return "noMatch";
  if (bytes.length < length) return "needMore";
  return areParameters(bytes.subarray(8, length)) ? "match" : "noMatch";
}

/** Pairs of texts and a zero; a user must be among them. */
function areParameters(bytes: Uint8Array): boolean {
  let hasUser = false;
  let at = 0;
  while (at < bytes.length && bytes[at] !== 0) {
    const name = cString(bytes, at);
    hasUser ||= name.text === "user";
    at = cString(bytes, name.next).next;
  }
  return hasUser && at === bytes.length - 1;
}

type Check = (body: Uint8Array) => boolean;

const isEmpty: Check = (body) => body.length === 0;
const isNothing: Check = () => false;

const FRONTEND: Readonly<Record<string, Check>> = {
  Q: (body) => body.length > 1 && body.indexOf(0) === body.length - 1 && isText(body.subarray(0, -1)),
  P: isParse,
  B: isBind,
  D: isNamed,
  C: (body) => isNamed(body) && !COMMAND_TAG.test(cString(body, 0).text),
  E: (body) => body.indexOf(0) === body.length - 5 && isText(body.subarray(0, -5)),
  S: isEmpty,
  H: isEmpty,
  X: isEmpty,
  p: isNothing,
};

const BACKEND: Readonly<Record<string, Check>> = {
  "1": isEmpty,
  "2": isEmpty,
  "3": isEmpty,
  n: isEmpty,
  I: isEmpty,
  s: isEmpty,
  C: (body) => body.indexOf(0) === body.length - 1 && COMMAND_TAG.test(cString(body, 0).text),
  Z: (body) => body.length === 1 && TRANSACTION_STATES.includes(String.fromCharCode(body[0] ?? 0)),
  T: isRowDescription,
  D: isDataRow,
  E: isNotice,
  N: isNotice,
  R: (body) => body.length >= 4 && uint32(body, 0) <= 12 && (body.length === 4 || uint32(body, 0) >= 5),
  K: (body) => body.length === 8,
  S: (body) => cString(body, cString(body, 0).next).next === body.length && isText(body.subarray(0, body.indexOf(0))),
  t: (body) => body.length === 2 + 4 * uint16(body, 0),
};

function isParse(body: Uint8Array): boolean {
  const name = body.indexOf(0);
  const query = body.indexOf(0, name + 1);
  if (name === -1 || query === -1 || !isText(body.subarray(0, name)) || !isText(body.subarray(name + 1, query)))
    return false;
  return body.length === query + 3 + 4 * uint16(body, query + 1);
}

function isBind(body: Uint8Array): boolean {
  const portal = body.indexOf(0);
  const statement = body.indexOf(0, portal + 1);
  if (portal === -1 || statement === -1 || !isText(body.subarray(0, portal))) return false;
  if (!isText(body.subarray(portal + 1, statement))) return false;
  const values = statement + 3 + 2 * uint16(body, statement + 1);
  const end = valuesEnd(body, values);
  return end !== -1 && body.length === end + 2 + 2 * uint16(body, end);
}

/** Describe and Close: `S` or `P`, and a name. */
function isNamed(body: Uint8Array): boolean {
  const isKind = body[0] === 0x53 || body[0] === 0x50;
  return isKind && body.indexOf(0) === body.length - 1 && isText(body.subarray(1, -1));
}

function isRowDescription(body: Uint8Array): boolean {
  let at = 2;
  const count = uint16(body, 0);
  for (let column = 0; column < count; column += 1) {
    const end = body.indexOf(0, at);
    if (end === -1) return false;
    at = end + 1 + COLUMN_BYTES;
  }
  return count > 0 && at === body.length;
}

function isDataRow(body: Uint8Array): boolean {
  return uint16(body, 0) > 0 && valuesEnd(body, 0) === body.length;
}

/** Where counted values with their lengths end; -1 where they do not fit. */
function valuesEnd(body: Uint8Array, from: number): number {
  let at = from + 2;
  const count = uint16(body, from);
  for (let value = 0; value < count && at <= body.length; value += 1) {
    const length = uint32(body, at);
    at += 4 + (length === 0xffff_ffff ? 0 : length);
  }
  return at <= body.length ? at : -1;
}

/** Fields of a letter and a text each; the first is the severity. */
function isNotice(body: Uint8Array): boolean {
  if (body[0] !== 0x53 || body.length < 4) return false;
  let at = 0;
  while (at < body.length && body[at] !== 0) {
    const end = body.indexOf(0, at + 1);
    if (end === -1) return false;
    at = end + 1;
  }
  return at === body.length - 1;
}

function isText(bytes: Uint8Array): boolean {
  return bytes.every((byte) => isPrintable(byte) || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

function isPrintable(byte: number): boolean {
  return byte >= 0x20 && byte !== 0x7f;
}

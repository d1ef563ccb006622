import { formatIpv4, formatIpv6, toHex } from "@weir/base";
import {
  type Cursor,
  cursorAt,
  decodeText,
  readCounted,
  readName,
  readUint8,
  readUint16,
  readUint32,
  take,
} from "./cursor.ts";
import { typeName } from "./names.ts";

/** The data of a record in presentation form; what has no form here as RFC 3597 writes it. */
export function readValue(cursor: Cursor, type: number, end: number): string {
  const inner = cursorAt(cursor.bytes, cursor.view, cursor.at);
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

function readStrings(cursor: Cursor, end: number): string {
  const strings: string[] = [];
  while (cursor.at < end && !cursor.failed) strings.push(readString(cursor));
  return strings.join(" ");
}

function readString(cursor: Cursor): string {
  return `"${decodeText(readCounted(cursor)).replace(/["\\]/g, "\\$&")}"`;
}

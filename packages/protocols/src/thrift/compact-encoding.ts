import type { Encoding, Step, Value } from "./struct-walker.ts";

/** Types of the compact protocol. */
const Type = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  map: 11,
  struct: 12,
  uuid: 13,
} as const;
const MAX_COUNT = 1 << 20;
/** In the upper four bits of a list's head: the count follows as a varint. */
const LONG_COUNT = 15;

/** The compact protocol (thrift-compact-protocol.md). */
export const compactEncoding: Encoding = {
  fieldAt(bytes, at, lastField) {
    const head = bytes[at];
    if (head === undefined) return undefined;
    const type = head & 0x0f;
    if (head === 0) return { value: { type: 0, field: 0 }, next: at + 1 };
    if (type === 0) return null;
    const delta = head >> 4;
    if (delta > 0) return { value: { type, field: lastField + delta }, next: at + 1 };
    const number = varintAt(bytes, at + 1);
    if (number === undefined || number === null) return number;
    const zigzag = number.value;
    return { value: { type, field: zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2 }, next: number.next };
  },
  valueAt(bytes, at, type, isElement) {
    switch (type) {
      case Type.true:
      case Type.false:
        // As a field, the type is the value.
        return plain(bytes, isElement ? at + 1 : at);
      case Type.byte:
        return plain(bytes, at + 1);
      case Type.double:
        return plain(bytes, at + 8);
      case Type.uuid:
        return plain(bytes, at + 16);
      case Type.binary:
        return text(bytes, at);
      case Type.list:
      case Type.set:
        return list(bytes, at);
      case Type.map:
        return map(bytes, at);
      case Type.struct:
        return { value: { kind: "struct" }, next: at };
      default:
        return type >= Type.i16 && type <= Type.i64 ? number(bytes, at) : null;
    }
  },
};

function plain(bytes: Uint8Array, next: number): Step<Value> {
  return next > bytes.length ? undefined : { value: { kind: "plain" }, next };
}

function number(bytes: Uint8Array, at: number): Step<Value> {
  const read = varintAt(bytes, at);
  return read === undefined || read === null ? read : { value: { kind: "plain" }, next: read.next };
}

function text(bytes: Uint8Array, at: number): Step<Value> {
  const length = varintAt(bytes, at);
  if (length === undefined || length === null) return length;
  if (length.value > MAX_COUNT) return null;
  const next = length.next + length.value;
  return next > bytes.length ? undefined : { value: { kind: "text", from: length.next, to: next }, next };
}

function list(bytes: Uint8Array, at: number): Step<Value> {
  const head = bytes[at];
  if (head === undefined) return undefined;
  const count = head >> 4 === LONG_COUNT ? varintAt(bytes, at + 1) : { value: head >> 4, next: at + 1 };
  if (count === undefined || count === null) return count;
  if (count.value > MAX_COUNT) return null;
  return { value: { kind: "elements", types: [head & 0x0f], count: count.value }, next: count.next };
}

function map(bytes: Uint8Array, at: number): Step<Value> {
  const count = varintAt(bytes, at);
  if (count === undefined || count === null) return count;
  if (count.value === 0) return { value: { kind: "plain" }, next: count.next };
  const types = bytes[count.next];
  if (types === undefined) return undefined;
  if (count.value > MAX_COUNT) return null;
  return { value: { kind: "elements", types: [types >> 4, types & 0x0f], count: count.value }, next: count.next + 1 };
}

/** An unsigned LEB128 number of at most ten bytes, as a double. */
export function varintAt(bytes: Uint8Array, at: number): Step<number> {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return null;
}

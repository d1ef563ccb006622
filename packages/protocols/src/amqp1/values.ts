import { decodeUtf8, toHex } from "@weir/base";
import type { ByteCursor } from "../common/byte-cursor.ts";
import { Constructor } from "./wire.ts";

/** A value of the type system (§1): null, and what is not decoded, is undefined. Binaries are borrowed. */
export type AmqpValue = undefined | boolean | number | bigint | string | Uint8Array | AmqpList | AmqpMap | Described;

export interface AmqpList {
  readonly kind: "list";
  readonly items: readonly AmqpValue[];
}

export interface AmqpMap {
  readonly kind: "map";
  /** Keys and values in turn. */
  readonly items: readonly AmqpValue[];
}

export interface Described {
  readonly kind: "described";
  /** Undefined where it is no number: symbolic descriptors are not decoded. */
  readonly code: number | undefined;
  readonly value: AmqpValue;
}

/** Values inside values; what is deeper is skipped by its length. */
const MAX_DEPTH = 8;
/** Items of one list, map or array that are read; the others are skipped by its length. */
const MAX_ITEMS = 256;
/** Items that are read of one value with all that is in it. */
const MAX_VALUES = 2048;
/** Characters of a text that are kept. */
const MAX_CHARACTERS = 1024;
/** Bytes shown of a binary. */
const MAX_BINARY_BYTES = 64;

/** Constructors whose subcategory says how wide the value is (§1.2.2). */
const LENGTH_OF_FIXED: ReadonlyMap<number, number> = new Map([
  [0x4, 0],
  [0x5, 1],
  [0x6, 2],
  [0x7, 4],
  [0x8, 8],
  [0x9, 16],
]);

/** What may still be read of one value. */
interface Budget {
  values: number;
}

/** Reads a value with its formatCode. Where it does not fit, the cursor has failed. */
export function readValue(cursor: ByteCursor): AmqpValue {
  return readConstructed(cursor, 0, { values: MAX_VALUES });
}

function readConstructed(cursor: ByteCursor, depth: number, budget: Budget): AmqpValue {
  budget.values -= 1;
  const formatCode = cursor.uint8();
  if (formatCode !== Constructor.described) return readOf(cursor, formatCode, depth, budget);
  if (depth >= MAX_DEPTH) {
    cursor.fail();
    return undefined;
  }
  const descriptor = readConstructed(cursor, depth + 1, budget);
  const value = readConstructed(cursor, depth + 1, budget);
  return { kind: "described", code: typeof descriptor === "bigint" ? Number(descriptor) : undefined, value };
}

function readOf(cursor: ByteCursor, formatCode: number, depth: number, budget: Budget): AmqpValue {
  const category = formatCode >> 4;
  if (category >= 0xc) return readCompound(cursor, formatCode, depth, budget);
  if (category >= 0xa) {
    const bytes = cursor.take(category === 0xa ? cursor.uint8() : cursor.uint32());
    const kind = formatCode & 0xf;
    if (kind === 0) return bytes;
    return textOfBytes(bytes, kind);
  }
  return readFixed(cursor, formatCode);
}

/** Strings are UTF-8, symbols ASCII. */
function textOfBytes(bytes: Uint8Array, kind: number): string | undefined {
  if (kind !== 1 && kind !== 3) return undefined;
  return decodeUtf8(bytes.subarray(0, MAX_CHARACTERS));
}

function readFixed(cursor: ByteCursor, formatCode: number): AmqpValue {
  switch (formatCode) {
    case 0x40:
      return undefined;
    case 0x41:
    case 0x42:
      return formatCode === 0x41;
    case 0x56:
      return cursor.uint8() !== 0;
    case 0x43:
      return 0;
    case 0x44:
      return 0n;
    case Constructor.list0:
      return { kind: "list", items: [] };
    case 0x53:
      return BigInt(cursor.uint8());
    case 0x80:
      return cursor.uint64();
    case 0x55:
      return BigInt((cursor.uint8() << 24) >> 24);
    case 0x81:
    case 0x83:
      return cursor.int64();
    default:
      return readNumber(cursor, formatCode);
  }
}

function readNumber(cursor: ByteCursor, formatCode: number): AmqpValue {
  switch (formatCode) {
    case 0x50:
    case 0x52:
      return cursor.uint8();
    case 0x51:
    case 0x54:
      return (cursor.uint8() << 24) >> 24;
    case 0x60:
      return cursor.uint16();
    case 0x61:
      return (cursor.uint16() << 16) >> 16;
    case 0x70:
      return cursor.uint32();
    case 0x71:
      return cursor.int32();
    case 0x72:
      return cursor.float32();
    case 0x82:
      return cursor.float64();
    case 0x98:
      return uuidText(cursor.take(16));
    default:
      return skipFixed(cursor, formatCode);
  }
}

/** Decimals and characters, and what the specification may add, are as long as their subcategory says. */
function skipFixed(cursor: ByteCursor, formatCode: number): undefined {
  const length = LENGTH_OF_FIXED.get(formatCode >> 4);
  if (length === undefined) cursor.fail();
  else cursor.take(length);
  return undefined;
}

/** Lists, maps and arrays: their length comes first, so that what is not read is skipped. */
function readCompound(cursor: ByteCursor, formatCode: number, depth: number, budget: Budget): AmqpValue {
  const isShort = formatCode >> 4 === 0xc || formatCode >> 4 === 0xe;
  const length = isShort ? cursor.uint8() : cursor.uint32();
  const end = cursor.at + length;
  if (length > cursor.left) cursor.fail();
  const count = isShort ? cursor.uint8() : cursor.uint32();
  const isArray = formatCode >> 4 >= 0xe;
  const items: AmqpValue[] = [];
  const shared = isArray && depth < MAX_DEPTH ? cursor.uint8() : undefined;
  // Arrays of described values are not decoded.
  const isRead = depth < MAX_DEPTH && shared !== Constructor.described;
  for (
    let index = 0;
    isRead && index < Math.min(count, MAX_ITEMS) && budget.values > 0 && !cursor.hasFailed;
    index += 1
  )
    items.push(
      shared === undefined ? readConstructed(cursor, depth + 1, budget) : readShared(cursor, shared, depth, budget),
    );
  if (cursor.hasFailed) return undefined;
  if (cursor.at > end) cursor.fail();
  else cursor.at = end;
  return { kind: (formatCode & 0xf) === 1 && !isArray ? "map" : "list", items };
}

function readShared(cursor: ByteCursor, formatCode: number, depth: number, budget: Budget): AmqpValue {
  budget.values -= 1;
  return readOf(cursor, formatCode, depth + 1, budget);
}

function uuidText(bytes: Uint8Array): string {
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** A scalar as text; undefined for null, and for what holds others. */
export function scalarText(value: AmqpValue): string | undefined {
  if (value === undefined) return undefined;
  if (value instanceof Uint8Array) return toHex(value.subarray(0, MAX_BINARY_BYTES));
  return typeof value === "object" ? undefined : String(value);
}

/** The items of a list, or of a described list. */
export function itemsOf(value: AmqpValue): readonly AmqpValue[] {
  if (value === undefined || typeof value !== "object" || value instanceof Uint8Array) return [];
  if (value.kind === "described") return itemsOf(value.value);
  return value.items;
}

/** The scalars of a map by their keys, the first of those that share one. */
export function scalarsOf(value: AmqpValue): ReadonlyMap<string, string> {
  const scalars = new Map<string, string>();
  const items = itemsOf(value);
  for (let at = 0; at + 1 < items.length; at += 2) {
    const key = items[at];
    const text = scalarText(items[at + 1]);
    if (typeof key === "string" && text !== undefined && !scalars.has(key)) scalars.set(key, text);
  }
  return scalars;
}

/** What a described value is described as; undefined for others. */
export function codeOf(value: AmqpValue): number | undefined {
  if (value === undefined || typeof value !== "object" || value instanceof Uint8Array) return undefined;
  return value.kind === "described" ? value.code : undefined;
}

/** A text, as far as it is one. */
export function textAt(items: readonly AmqpValue[], at: number): string | undefined {
  const value = items[at];
  return typeof value === "string" ? value : undefined;
}

/** A number of 32 bits or fewer, as far as it is one. */
export function numberAt(items: readonly AmqpValue[], at: number): number | undefined {
  const value = items[at];
  return typeof value === "number" ? value : undefined;
}

/** What a described value holds; the value itself where it is none. */
export function innerOf(value: AmqpValue): AmqpValue {
  const isHolder = typeof value === "object" && !(value instanceof Uint8Array);
  return isHolder && value.kind === "described" ? value.value : value;
}

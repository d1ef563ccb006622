import { toHex } from "@weir/base";
import type { ByteCursor } from "../common/byte-cursor.ts";

/** A table's scalars as text, by name; the first of those that share one. Inner tables and arrays are read over. */
export type FieldTable = ReadonlyMap<string, string>;

/** Fields of one table that are kept. */
const MAX_FIELDS = 128;
/** Characters of a value that are kept. */
const MAX_VALUE_CHARACTERS = 1024;
/** Bytes shown of a value that is no text. */
const MAX_BINARY_BYTES = 64;

/** Text with its length in one octet (§4.2.5.3). */
export function readShortText(cursor: ByteCursor): string {
  return cursor.text(cursor.uint8());
}

/** Text with its length in four octets. */
export function readLongText(cursor: ByteCursor): string {
  return cursor.text(cursor.uint32());
}

/** A field table (§4.2.5.5) in the dialect that RabbitMQ and its clients speak. */
export function readFieldTable(cursor: ByteCursor): FieldTable {
  const fields = new Map<string, string>();
  const length = cursor.uint32();
  if (length > cursor.left) cursor.fail();
  const end = cursor.at + length;
  while (!cursor.hasFailed && cursor.at < end) {
    const name = readShortText(cursor);
    const value = readValue(cursor);
    if (value !== undefined && fields.size < MAX_FIELDS && !fields.has(name)) fields.set(name, value);
  }
  if (cursor.at !== end) cursor.fail();
  return fields;
}

/** Text of a value; undefined for those that hold others, which are skipped by their length and thus never nested. */
function readValue(cursor: ByteCursor): string | undefined {
  const type = String.fromCharCode(cursor.uint8());
  switch (type) {
    case "S":
      return readLongText(cursor).slice(0, MAX_VALUE_CHARACTERS);
    case "x":
      return toHex(cursor.take(cursor.uint32()).subarray(0, MAX_BINARY_BYTES));
    case "F":
    case "A":
      cursor.take(cursor.uint32());
      return undefined;
    case "t":
      return String(cursor.uint8() !== 0);
    case "V":
      return "";
    default:
      return readNumber(cursor, type);
  }
}

function readNumber(cursor: ByteCursor, type: string): string | undefined {
  switch (type) {
    case "b":
      return String((cursor.uint8() << 24) >> 24);
    case "B":
      return String(cursor.uint8());
    case "s":
    case "U":
      return String((cursor.uint16() << 16) >> 16);
    case "u":
      return String(cursor.uint16());
    case "I":
      return String(cursor.int32());
    case "i":
      return String(cursor.uint32());
    case "l":
    case "L":
      return String(cursor.int64());
    case "T":
      return String(cursor.uint64());
    case "f":
      return String(cursor.float32());
    case "d":
      return String(cursor.float64());
    case "D": {
      const scale = cursor.uint8();
      return `${cursor.int32()}e-${scale}`;
    }
    default:
      cursor.fail();
      return undefined;
  }
}

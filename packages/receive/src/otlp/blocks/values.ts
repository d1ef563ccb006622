import type { ByteWriter, PairsColumn } from "@weir/native";
import type { BrokenItems } from "../../message/broken-items.ts";
import type { WireCursor } from "../../message/cursor.ts";
import type { Places } from "../../message/places.ts";
import { fromProtobuf } from "../../message/protobuf.ts";
import { attributesOf, valueText } from "../attributes.ts";
import { anyValue, keyValue } from "../common.ts";

/**
 * Attributes as the tables hold them, from the body into the column without a value of JavaScript's between: that is for names and values in the shape in which everybody sends them.
 * What is of another shape (lists, names that come twice, fields in another order) is read as `attributes.ts` does, which says what all of it means.
 */

/** Wire: the field's number and type in one byte. */
const TEXT = 0x0a;
const BOOL = 0x10;
const INT = 0x18;
const DOUBLE = 0x21;
const KEY = 0x0a;
const VALUE = 0x12;
/** More attributes than this are looked up by name, rather than each compared with all before it. */
const MAX_COMPARED = 32;

const keysFrom = new Int32Array(MAX_COMPARED);
const keysTo = new Int32Array(MAX_COMPARED);

/** Adds a cell of these attributes. `depth`: of how many messages they are inside. */
export function writeAttributes(
  cursor: WireCursor,
  places: Places,
  column: PairsColumn,
  broken: BrokenItems,
  depth: number,
): void {
  const { names, values } = column;
  const [namesBefore, valuesBefore] = [names.length, values.length];
  const { count } = places;
  if (count <= MAX_COMPARED && writePlain(cursor, places, column, broken, depth)) {
    broken.budget.spend(2 * count);
    column.end(count);
    return;
  }
  names.cutTo(namesBefore);
  values.cutTo(valuesBefore);
  const list = Array.from({ length: count }, (_, index) =>
    fromProtobuf(keyValue, cursor.bytes.subarray(places.from(index), places.to(index)), broken, depth),
  );
  column.append(attributesOf(list));
}

/** False where one of them is of another shape. */
function writePlain(
  cursor: WireCursor,
  places: Places,
  { names, values }: PairsColumn,
  broken: BrokenItems,
  depth: number,
): boolean {
  const { bytes } = cursor;
  for (let index = 0; index < places.count; index += 1) {
    const [from, to] = [places.from(index), places.to(index)];
    if (from === to || bytes[from] !== KEY) return false;
    cursor.enter(from + 1, to);
    const keyFrom = cursor.counted();
    const keyTo = cursor.at;
    if (isKnown(bytes, keyFrom, keyTo, index) || !names.utf8(bytes, keyFrom, keyTo)) return false;
    keysFrom[index] = keyFrom;
    keysTo[index] = keyTo;
    if (keyTo === to) {
      values.byte(0);
      continue;
    }
    if (bytes[keyTo] !== VALUE) return false;
    cursor.at = keyTo + 1;
    const valueFrom = cursor.counted();
    if (cursor.at !== to) return false;
    writeValue(cursor, valueFrom, to, values, broken, depth + 1);
  }
  return true;
}

/** Whether one of the names before is the same. */
function isKnown(bytes: Uint8Array, from: number, to: number, count: number): boolean {
  for (let index = 0; index < count; index += 1) {
    const other = keysFrom[index] as number;
    const length = (keysTo[index] as number) - other;
    if (length !== to - from) continue;
    let at = 0;
    while (at < length && bytes[from + at] === bytes[other + at]) at += 1;
    if (at === length) return true;
  }
  return false;
}

/** Writes a value as text. */
export function writeValue(
  cursor: WireCursor,
  from: number,
  to: number,
  cells: ByteWriter,
  broken: BrokenItems,
  depth: number,
): void {
  if (from === to) cells.byte(0);
  else if (!writePlainValue(cursor, from, to, cells))
    cells.text(valueText(fromProtobuf(anyValue, cursor.bytes.subarray(from, to), broken, depth)));
}

/** False where it is not one text, number or truth alone. */
function writePlainValue(cursor: WireCursor, from: number, to: number, cells: ByteWriter): boolean {
  const { bytes } = cursor;
  cursor.enter(from + 1, to);
  switch (bytes[from]) {
    case TEXT: {
      const textFrom = cursor.counted();
      if (cursor.at === to) cells.utf8(bytes, textFrom, to);
      return cursor.at === to;
    }
    case INT: {
      const value = cursor.int64();
      if (cursor.at !== to || !Number.isSafeInteger(value)) return false;
      cells.text(String(value));
      return true;
    }
    case BOOL:
      if (to - from !== 2 || (bytes[from + 1] as number) >= 0x80) return false;
      cells.text(bytes[from + 1] === 0 ? "false" : "true");
      return true;
    case DOUBLE:
      if (to - from !== 9) return false;
      cells.text(String(cursor.double()));
      return true;
    default:
      return false;
  }
}

import { type IngestTable, snakeCase } from "@weir/model";
import { BrokenBlock, ByteReader } from "./bytes/byte-reader.ts";

const NULLABLE = /^Nullable\((.*)\)$/;
const LIST = /^Array\((.*)\)$/;

/**
 * The rows of a block as `nativeBlock` writes it; columns that this program does not know are passed over. Undefined where the block is broken, or has a column of a form that
 * is not read: such blocks come of newer agents.
 */
export function readNativeBlock(table: IngestTable, block: Uint8Array): object[] | undefined {
  const names = fieldsByColumn(table);
  const reader = new ByteReader(block);
  try {
    const columns = reader.count();
    const rows = reader.count();
    reader.checkRoom(rows, columns);
    const records = Array.from({ length: rows }, (): Record<string, unknown> => ({}));
    for (let column = 0; column < columns; column += 1) {
      const known = names.get(reader.text());
      const values = readColumn(reader, reader.text(), rows);
      if (known === undefined) continue;
      for (const [row, record] of records.entries()) {
        const value = values[row];
        if (value !== undefined) record[known.name] = known.isJson ? JSON.parse(value as string) : value;
      }
    }
    return records;
  } catch (error) {
    if (error instanceof BrokenBlock || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What the columns of a table are called in a row. */
function fieldsByColumn(table: IngestTable): ReadonlyMap<string, { readonly name: string; readonly isJson: boolean }> {
  return "fields" in table
    ? new Map(table.fields.map(({ name, type }) => [snakeCase(name), { name, isJson: type === "json" }]))
    : new Map(table.columns.map(({ name }) => [name, { name, isJson: false }]));
}

/** The values of one column, undefined where there is none. */
function readColumn(reader: ByteReader, type: string, rows: number): unknown[] {
  const inner = NULLABLE.exec(type)?.[1];
  if (inner === undefined) return readValues(reader, type, rows);
  reader.checkRoom(rows, 1);
  const absent = Array.from({ length: rows }, () => reader.byte() !== 0);
  return readValues(reader, inner, rows).map((value, row) => (absent[row] === true ? undefined : value));
}

function readValues(reader: ByteReader, type: string, rows: number): unknown[] {
  reader.checkRoom(rows, 1);
  const each = (read: () => unknown) => Array.from({ length: rows }, read);
  switch (type) {
    case "String":
      return each(() => reader.text());
    case "Bool":
      return each(() => reader.byte() !== 0);
    case "Int64":
      return each(() => reader.integer());
    case "Float64":
      return each(() => reader.float());
    case "UInt8":
      return each(() => reader.byte());
    case "UInt32":
      return each(() => reader.uint32());
    case "Int32":
      return each(() => reader.uint32() | 0);
    case "UInt64":
      return each(() => BigInt.asUintN(64, reader.big()));
    case "DateTime64(9)":
    case "DateTime64(9, 'UTC')":
      return each(() => reader.big());
    case "Array(Tuple(String, String))":
      return lists(reader, rows, (count) => readPairs(reader, count));
    case "Map(String, String)":
      return lists(reader, rows, (count) => readPairs(reader, count)).map((pairs) => Object.fromEntries(pairs));
    default:
      return readLists(reader, type, rows);
  }
}

function readLists(reader: ByteReader, type: string, rows: number): unknown[][] {
  const items = LIST.exec(type)?.[1];
  if (items === undefined) throw new BrokenBlock(`columns of ${type} are not read`);
  return lists(reader, rows, (count) => readValues(reader, items, count));
}

/** Lists one behind the other: where each ends, then all members. */
function lists<Member>(reader: ByteReader, rows: number, members: (count: number) => Member[]): Member[][] {
  const ends = readValues(reader, "Int64", rows) as number[];
  const all = members(ends.at(-1) ?? 0);
  return ends.map((end, row) => all.slice(row === 0 ? 0 : ends[row - 1], end));
}

function readPairs(reader: ByteReader, count: number): [string, string][] {
  const names = readValues(reader, "String", count) as string[];
  const values = readValues(reader, "String", count) as string[];
  return names.map((name, at) => [name, values[at] ?? ""]);
}

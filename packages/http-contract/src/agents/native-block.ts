import { type Field, type RecordDefinition, snakeCase } from "@weir/model";
import { ByteWriter } from "./byte-writer.ts";

/** Bounds of DateTime64(9): any clock may be wrong, and one such row must not cost its batch. */
const EARLIEST_NS = -2_208_988_800_000_000_000n;
const LATEST_NS = 9_223_372_036_000_000_000n;
const NS_OF_TIME = "DateTime64(9, 'UTC')";

/**
 * Records as one block of ClickHouse's Native format: column by column, each with its name and type. The server takes it as it is, and whoever passes it on need not
 * read it. (https://clickhouse.com/docs/interfaces/formats/Native)
 */
export function nativeBlock(definition: RecordDefinition, records: readonly object[]): Uint8Array {
  const writer = new ByteWriter();
  writer.count(definition.fields.length);
  writer.count(records.length);
  for (const field of definition.fields) {
    const values = records.map((record) => (record as Readonly<Record<string, unknown>>)[field.name]);
    writer.text(snakeCase(field.name));
    writeColumn(writer, field, values);
  }
  return writer.bytes();
}

function writeColumn(writer: ByteWriter, field: Field, values: readonly unknown[]): void {
  const { type, write, empty } = columnOf(field);
  const isNullable = field.optional && !type.startsWith("Array") && !type.startsWith("Map");
  writer.text(isNullable ? `Nullable(${type})` : type);
  if (isNullable) for (const value of values) writer.byte(value === undefined ? 1 : 0);
  write(
    writer,
    values.map((value) => value ?? empty),
  );
}

/** How a kind of value is written, and what stands where there is none. */
interface ColumnForm {
  readonly type: string;
  readonly empty: unknown;
  write(writer: ByteWriter, values: readonly unknown[]): void;
}

const each =
  (write: (writer: ByteWriter, value: never) => void) =>
  (writer: ByteWriter, values: readonly unknown[]): void => {
    for (const value of values) write(writer, value as never);
  };

const texts = each((writer, value: string) => writer.text(value));
const integers = each((writer, value: number) => writer.integer(value));

/** Lists one behind the other: where each ends, then all members, column by column. */
function lists(
  writer: ByteWriter,
  values: readonly (readonly unknown[])[],
  ...columns: readonly ((members: readonly unknown[]) => void)[]
): void {
  let end = 0;
  for (const value of values) {
    end += value.length;
    writer.integer(end);
  }
  const members = values.flat(1);
  for (const column of columns) column(members);
}

function columnOf({ type }: Field): ColumnForm {
  switch (type) {
    case "string":
      return { type: "String", empty: "", write: texts };
    case "json":
      return {
        type: "String",
        empty: null,
        write: each((writer, value: unknown) => writer.text(JSON.stringify(value))),
      };
    case "bool":
      return { type: "Bool", empty: false, write: each((writer, value: boolean) => writer.byte(value ? 1 : 0)) };
    case "int":
      return { type: "Int64", empty: 0, write: integers };
    case "float":
      return { type: "Float64", empty: 0, write: each((writer, value: number) => writer.float(value)) };
    case "time":
      return { type: NS_OF_TIME, empty: 0n, write: each((writer, value: bigint) => writer.big(clamped(value))) };
    case "string[]":
      return {
        type: "Array(String)",
        empty: [],
        write: (writer, values) => lists(writer, values as string[][], (members) => texts(writer, members)),
      };
    case "int[]":
      return {
        type: "Array(Int64)",
        empty: [],
        write: (writer, values) => lists(writer, values as number[][], (members) => integers(writer, members)),
      };
    case "pairs":
      return { type: "Array(Tuple(String, String))", empty: [], write: writePairs };
    case "map":
      return {
        type: "Map(String, String)",
        empty: {},
        write: (writer, values) =>
          writePairs(
            writer,
            values.map((value) => Object.entries(value as object)),
          ),
      };
    default:
      return type satisfies never;
  }
}

function writePairs(writer: ByteWriter, values: readonly unknown[]): void {
  const side = (index: 0 | 1) => (members: readonly unknown[]) =>
    texts(
      writer,
      members.map((pair) => (pair as readonly [string, string])[index]),
    );
  lists(writer, values as [string, string][][], side(0), side(1));
}

function clamped(unixNs: bigint): bigint {
  return unixNs < EARLIEST_NS ? EARLIEST_NS : unixNs > LATEST_NS ? LATEST_NS : unixNs;
}

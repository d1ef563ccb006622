import type { Field } from "@weir/model";
import type { ByteWriter } from "../bytes/byte-writer.ts";
import type { ColumnWriter } from "./column.ts";
import { ListColumn } from "./list-column.ts";
import { clampMoment } from "./moments.ts";
import { NullableColumn } from "./nullable-column.ts";
import { PairsColumn } from "./pairs-column.ts";
import { PlainColumn } from "./plain-column.ts";

/** The column of a record's field. Dictionaries the server makes itself. */
export function recordColumn(field: Field): ColumnWriter {
  const column = columnOf(field);
  return field.optional && column instanceof PlainColumn ? new NullableColumn(column) : column;
}

const text = (cells: ByteWriter, value: unknown): void => cells.text((value ?? "") as string);
const integer = (cells: ByteWriter, value: unknown): void => cells.integer((value ?? 0) as number);
export const textColumn = (): PlainColumn => new PlainColumn("String", text);
export const mapColumn = (): PairsColumn =>
  new PairsColumn("Map(String, String)", (map) => Object.entries(map as object));

function columnOf({ type }: Field): ColumnWriter {
  switch (type) {
    case "string":
      return textColumn();
    case "json":
      return new PlainColumn("String", (cells, value) => cells.text(JSON.stringify(value ?? null)));
    case "bool":
      return new PlainColumn("Bool", (cells, value) => cells.byte(value === true ? 1 : 0));
    case "int":
      return new PlainColumn("Int64", integer);
    case "float":
      return new PlainColumn("Float64", (cells, value) => cells.float((value ?? 0) as number));
    case "time":
      return new PlainColumn("DateTime64(9, 'UTC')", (cells, value) => cells.big(clampMoment((value ?? 0n) as bigint)));
    case "string[]":
      return new ListColumn(textColumn());
    case "int[]":
      return new ListColumn(new PlainColumn("Int64", integer));
    case "pairs":
      return new PairsColumn("Array(Tuple(String, String))", (pairs) => pairs as readonly [string, string][]);
    case "map":
      return mapColumn();
    default:
      return type satisfies never;
  }
}

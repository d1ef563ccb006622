import {
  type Column,
  type ColumnType,
  type IngestTable,
  type OtelTable,
  type RecordDefinition,
  type ScalarColumnType,
  snakeCase,
} from "@weir/model";
import type { ColumnWriter } from "./columns/column.ts";
import type { ListColumn } from "./columns/list-column.ts";
import { otelColumn } from "./columns/of-otel.ts";
import { recordColumn } from "./columns/of-record.ts";
import type { PairsColumn } from "./columns/pairs-column.ts";
import type { PlainColumn } from "./columns/plain-column.ts";

/** A column of a table, with the name that its value has in a row and the one that it has in the store. */
export interface NamedColumn {
  readonly field: string;
  readonly name: string;
  readonly writer: ColumnWriter;
}

type WriterOf<Type extends ColumnType> = Type extends "attributes"
  ? PairsColumn
  : Type extends ScalarColumnType
    ? PlainColumn
    : Type extends `${infer Item extends ScalarColumnType}[]`
      ? ListColumn<WriterOf<Item>>
      : never;

/** The columns of one of OpenTelemetry's tables by their names, each with the writer that its type has. */
export type OtelWriters<Columns extends readonly Column[]> = {
  readonly [C in Columns[number] as C["name"]]: WriterOf<C["type"]>;
};

/** The columns of a table in their order. */
export function namedColumns(table: IngestTable): readonly NamedColumn[] {
  return "fields" in table ? recordColumns(table) : otelColumns(table);
}

/** Names of a table's columns in the store, in the order of its blocks. */
export function columnNames(table: IngestTable): readonly string[] {
  return "fields" in table ? table.fields.map(({ name }) => snakeCase(name)) : table.columns.map(({ name }) => name);
}

function recordColumns({ fields }: RecordDefinition): NamedColumn[] {
  return fields.map((field) => ({ field: field.name, name: snakeCase(field.name), writer: recordColumn(field) }));
}

function otelColumns({ columns }: OtelTable): NamedColumn[] {
  return columns.map((column) => ({ field: column.name, name: column.name, writer: otelColumn(column) }));
}

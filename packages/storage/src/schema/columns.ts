import { type Field, type RecordDefinition, snakeCase } from "@weir/model";
import type { Column } from "./table.ts";

/** A record's columns, in declared order. */
export function columnsOf(definition: RecordDefinition): Column[] {
  return definition.fields.map((field) => ({
    name: snakeCase(field.name),
    type: columnType(field),
    codec: codec(field),
  }));
}

/** The ClickHouse type of a field: dictionary-encoded where there are few values, nullable where it may be unknown. */
function columnType(field: Field): string {
  const base = baseType(field);
  return field.optional && !base.startsWith("Array") && !base.startsWith("Map") ? `Nullable(${base})` : base;
}

function baseType(field: Field): string {
  switch (field.type) {
    case "string":
      return field.cardinality === "few" && !field.optional ? "LowCardinality(String)" : "String";
    case "bool":
      return "Bool";
    case "int":
      return "Int64";
    case "float":
      return "Float64";
    case "time":
      return "DateTime64(9, 'UTC')";
    case "string[]":
      return "Array(String)";
    case "int[]":
      return "Array(Int64)";
    case "pairs":
      return "Array(Tuple(String, String))";
    case "map":
      return "Map(LowCardinality(String), String)";
    case "json":
      return "String";
    default:
      return field.type satisfies never;
  }
}

/** Times compress best as differences; the rest by ZSTD alone. */
function codec(field: Field): string {
  return field.type === "time" && !field.optional ? "Delta(8), ZSTD(1)" : "ZSTD(1)";
}

/** Select list that gives the record's own names back. */
export function selectList(definition: RecordDefinition, table?: string): string {
  const prefix = table === undefined ? "" : `${table}.`;
  return definition.fields.map(({ name }) => `${prefix}${snakeCase(name)} AS \`${name}\``).join(", ");
}

import type { Column, ScalarColumnType } from "@weir/model";
import { OTEL_LAYOUTS, type OtelTableLayout, TRACE_TIMES } from "./tables.ts";

const TYPES: Readonly<Record<ScalarColumnType, string>> = {
  text: "String",
  word: "LowCardinality(String)",
  bool: "Bool",
  uint8: "UInt8",
  uint32: "UInt32",
  int32: "Int32",
  uint64: "UInt64",
  float64: "Float64",
  moment: "DateTime64(9)",
  second: "DateTime",
  attributes: "Map(LowCardinality(String), String)",
};

/** Batches that a table remembers by their token: a batch that is sent again within them adds nothing. */
const REMEMBERED_BATCHES = 10_000;
const SETTINGS = `index_granularity = 8192, ttl_only_drop_parts = 1, non_replicated_deduplication_window = ${REMEMBERED_BATCHES}`;

/** The ClickHouse type of a column. The parts of a Nested are arrays by themselves. */
export function otelColumnType({ type }: Column): string {
  return type.endsWith("[]")
    ? `Array(${TYPES[type.slice(0, -2) as ScalarColumnType]})`
    : TYPES[type as ScalarColumnType];
}

/** Small numbers that hardly differ are kept as they are. */
function columnDdl(column: Column): string {
  const codec = column.type === "uint8" ? "" : ` CODEC(${column.codec === undefined ? "" : `${column.codec}, `}ZSTD(1))`;
  return `\`${column.name}\` ${otelColumnType(column)}${codec}`;
}

function createTable({ definition, computed, partitionBy, primaryKey, orderBy, indexes }: OtelTableLayout): string {
  const columns = definition.columns.flatMap((column) =>
    column.name === computed?.after ? [columnDdl(column), computed.ddl] : [columnDdl(column)],
  );
  const lines = [...columns, ...indexes].map((line) => `  ${line}`).join(",\n");
  const primary = primaryKey === undefined ? "" : `\nPRIMARY KEY (${primaryKey})`;
  return `CREATE TABLE IF NOT EXISTS ${definition.table} (\n${lines}\n)\nENGINE = MergeTree\nPARTITION BY ${partitionBy}${primary}\nORDER BY (${orderBy})\nSETTINGS ${SETTINGS}`;
}

/** All statements for the tables of OpenTelemetry, in order; safe to repeat. Tables that a Collector has made stay as they are. */
export function createOtelTables(): string[] {
  const { table, columns, partitionBy, orderBy, view, select } = TRACE_TIMES;
  return [
    ...OTEL_LAYOUTS.map(createTable),
    `CREATE TABLE IF NOT EXISTS ${table} (\n  ${columns.join(",\n  ")}\n)\nENGINE = AggregatingMergeTree\nPARTITION BY ${partitionBy}\nORDER BY (${orderBy})\nSETTINGS ${SETTINGS}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${view} TO ${table} AS ${select}`,
  ];
}

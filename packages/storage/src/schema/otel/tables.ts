import {
  type Column as OtelColumn,
  type OtelTable,
  otelExponentialHistograms,
  otelGauges,
  otelHistograms,
  otelLogs,
  otelSummaries,
  otelSums,
  otelTraces,
  type ScalarColumnType,
} from "@weir/model";
import type { Column, MaterializedView, SkipIndex, Table } from "../table.ts";

/**
 * The tables of the Collector's ClickHouse exporter, as it makes them where full-text indexes cannot be had: so they work with every server, and a Collector, Grafana or
 * HyperDX can share them. Only the memory for tokens of batches is Weir's addition.
 */

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

/** The parts of a Nested are arrays by themselves. */
function columnType(type: OtelColumn["type"]): string {
  return type.endsWith("[]")
    ? `Array(${TYPES[type.slice(0, -2) as ScalarColumnType]})`
    : TYPES[type as ScalarColumnType];
}

function columnOf({ name, type, codec }: OtelColumn): Column {
  // Flags of a byte are kept as they are.
  if (type === "uint8") return { name, type: columnType(type) };
  return { name, type: columnType(type), codec: codec === undefined ? "ZSTD(1)" : `${codec}, ZSTD(1)` };
}

const columnsOf = ({ columns }: OtelTable): Column[] => columns.map(columnOf);

const index = (name: string, expression: string, type: string, granularity = 1): SkipIndex => ({
  name: `idx_${name}`,
  expression,
  type,
  granularity,
});

/** For the names and the values of a map. */
const mapIndexes = (name: string, column: string): SkipIndex[] => [
  index(`${name}_key`, `mapKeys(${column})`, "bloom_filter(0.01)"),
  index(`${name}_value`, `mapValues(${column})`, "bloom_filter(0.01)"),
];
const byTraceId = index("trace_id", "TraceId", "bloom_filter(0.001)");

/** The spans of a trace lie on one shard. */
const TRACE_SHARD = { expression: "cityHash64(TraceId)" };

export const otelTracesTable: Table = {
  name: otelTraces.table,
  columns: columnsOf(otelTraces),
  indexes: [
    byTraceId,
    ...mapIndexes("res_attr", "ResourceAttributes"),
    ...mapIndexes("span_attr", "SpanAttributes"),
    index("duration", "Duration", "minmax"),
    index("lower_span_name", "lower(SpanName)", "tokenbf_v1(32768, 3, 0)", 8),
  ],
  family: "MergeTree",
  partitionBy: "toDate(Timestamp)",
  primaryKey: "ServiceName, SpanName, toDateTime(Timestamp)",
  orderBy: "ServiceName, SpanName, toDateTime(Timestamp), Timestamp",
  shardBy: TRACE_SHARD,
};

export const otelLogsTable: Table = {
  name: otelLogs.table,
  columns: columnsOf(otelLogs).toSpliced(1, 0, {
    name: "TimestampTime",
    type: "DateTime",
    expression: "DEFAULT toDateTime(Timestamp)",
  }),
  indexes: [
    byTraceId,
    ...mapIndexes("res_attr", "ResourceAttributes"),
    ...mapIndexes("scope_attr", "ScopeAttributes"),
    ...mapIndexes("log_attr", "LogAttributes"),
    index("body", "Body", "tokenbf_v1(32768, 3, 0)", 8),
  ],
  family: "MergeTree",
  partitionBy: "toDate(TimestampTime)",
  primaryKey: "ServiceName, TimestampTime",
  orderBy: "ServiceName, TimestampTime, Timestamp",
  shardBy: { expression: "rand()" },
};

export const otelMetricsTables: readonly Table[] = [
  otelGauges,
  otelSums,
  otelHistograms,
  otelExponentialHistograms,
  otelSummaries,
].map((definition) => ({
  name: definition.table,
  columns: columnsOf(definition),
  indexes: [
    ...mapIndexes("res_attr", "ResourceAttributes"),
    ...mapIndexes("scope_attr", "ScopeAttributes"),
    ...mapIndexes("attr", "Attributes"),
    index("time_minmax", "TimeUnix", "minmax"),
  ],
  family: "MergeTree",
  partitionBy: "toDate(TimeUnix)",
  orderBy: "ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix",
  // Points of a series lie together.
  shardBy: { expression: "cityHash64(ServiceName, MetricName, Attributes)" },
}));

/** When each trace began and ended, so that a trace is found without reading all days. */
export const traceTimesTable: Table = {
  name: "otel_traces_trace_id_ts",
  columns: [
    { name: "TraceId", type: "String", codec: "ZSTD(1)" },
    { name: "Start", type: "SimpleAggregateFunction(min, DateTime)", codec: "ZSTD(1)" },
    { name: "End", type: "SimpleAggregateFunction(max, DateTime)", codec: "ZSTD(1)" },
  ],
  family: "AggregatingMergeTree",
  partitionBy: "toStartOfWeek(Start)",
  orderBy: "TraceId",
  shardBy: TRACE_SHARD,
};

export const traceTimesView: MaterializedView = {
  name: "otel_traces_trace_id_ts_mv",
  from: otelTracesTable,
  to: traceTimesTable,
  select: (source) =>
    `SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End FROM ${source} WHERE TraceId != '' GROUP BY TraceId`,
};

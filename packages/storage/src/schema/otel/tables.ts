import {
  type OtelTable,
  otelExponentialHistograms,
  otelGauges,
  otelHistograms,
  otelLogs,
  otelSummaries,
  otelSums,
  otelTraces,
} from "@weir/model";

/** How a table of OpenTelemetry's lies on disk, exactly as the Collector's ClickHouse exporter makes it. */
export interface OtelTableLayout {
  readonly definition: OtelTable;
  /** Columns that ClickHouse fills by itself, as DDL, with the column that they follow. */
  readonly computed?: { readonly after: string; readonly ddl: string };
  readonly partitionBy: string;
  readonly primaryKey?: string;
  readonly orderBy: string;
  readonly indexes: readonly string[];
}

/** Skip indexes for the names and the values of a map. */
function mapIndexes(name: string, column: string): string[] {
  return [
    `INDEX idx_${name}_key mapKeys(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`,
    `INDEX idx_${name}_value mapValues(${column}) TYPE bloom_filter(0.01) GRANULARITY 1`,
  ];
}

const byTraceId = "INDEX idx_trace_id TraceId TYPE bloom_filter(0.001) GRANULARITY 1";

const traces: OtelTableLayout = {
  definition: otelTraces,
  partitionBy: "toDate(Timestamp)",
  primaryKey: "ServiceName, SpanName, toDateTime(Timestamp)",
  orderBy: "ServiceName, SpanName, toDateTime(Timestamp), Timestamp",
  indexes: [
    byTraceId,
    ...mapIndexes("res_attr", "ResourceAttributes"),
    ...mapIndexes("span_attr", "SpanAttributes"),
    "INDEX idx_duration Duration TYPE minmax GRANULARITY 1",
    "INDEX idx_lower_span_name lower(SpanName) TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8",
  ],
};

const logs: OtelTableLayout = {
  definition: otelLogs,
  computed: { after: "Timestamp", ddl: "TimestampTime DateTime DEFAULT toDateTime(Timestamp)" },
  partitionBy: "toDate(TimestampTime)",
  primaryKey: "ServiceName, TimestampTime",
  orderBy: "ServiceName, TimestampTime, Timestamp",
  indexes: [
    byTraceId,
    ...mapIndexes("res_attr", "ResourceAttributes"),
    ...mapIndexes("scope_attr", "ScopeAttributes"),
    ...mapIndexes("log_attr", "LogAttributes"),
    "INDEX idx_body Body TYPE tokenbf_v1(32768, 3, 0) GRANULARITY 8",
  ],
};

const metrics: readonly OtelTableLayout[] = [
  otelGauges,
  otelSums,
  otelHistograms,
  otelExponentialHistograms,
  otelSummaries,
].map((definition) => ({
  definition,
  partitionBy: "toDate(TimeUnix)",
  orderBy: "ServiceName, MetricName, toStartOfHour(TimeUnix), cityHash64(Attributes), TimeUnix",
  indexes: [
    ...mapIndexes("res_attr", "ResourceAttributes"),
    ...mapIndexes("scope_attr", "ScopeAttributes"),
    ...mapIndexes("attr", "Attributes"),
    "INDEX idx_time_minmax TimeUnix TYPE minmax GRANULARITY 1",
  ],
}));

/** Layout of every table that the exporter fills, in the order in which they are made. */
export const OTEL_LAYOUTS: readonly OtelTableLayout[] = [traces, logs, ...metrics];

/** When each trace began and ended, so that one trace is found without reading all days. Filled by a materialized view. */
export const TRACE_TIMES = {
  table: "otel_traces_trace_id_ts",
  columns: [
    "TraceId String CODEC(ZSTD(1))",
    "Start SimpleAggregateFunction(min, DateTime) CODEC(ZSTD(1))",
    "End SimpleAggregateFunction(max, DateTime) CODEC(ZSTD(1))",
  ],
  partitionBy: "toStartOfWeek(Start)",
  orderBy: "TraceId",
  view: "otel_traces_trace_id_ts_mv",
  select: `SELECT TraceId, min(Timestamp) AS Start, max(Timestamp) AS End FROM ${otelTraces.table} WHERE TraceId != '' GROUP BY TraceId`,
} as const;

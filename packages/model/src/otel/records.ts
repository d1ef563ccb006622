import { type Field, type FieldType, field, type RecordDefinition } from "../field.ts";
import type { Column, ColumnType, OtelTable } from "./column.ts";
import { otelLogs } from "./logs.ts";
import { otelSums } from "./metrics.ts";
import { otelTraces } from "./traces.ts";

/**
 * What applications reported, as records that can be asked for: names of Weir's for columns that are OpenTelemetry's. Type and meaning are the column's; absent text is empty, as these
 * tables have it.
 */

const FIELD_TYPES: Readonly<Partial<Record<ColumnType, FieldType>>> = {
  text: "string",
  word: "string",
  bool: "bool",
  uint8: "int",
  uint32: "int",
  int32: "int",
  uint64: "int",
  float64: "float",
  moment: "time",
  second: "time",
  attributes: "map",
  "text[]": "string[]",
  "word[]": "string[]",
};

/** How the columns of a table become fields: by the field's name, the column and what else is known of it. */
type Chosen = Readonly<Record<string, readonly [column: string, options?: Partial<Omit<Field, "name" | "type">>]>>;

function fieldsFrom({ table, columns }: OtelTable, chosen: Chosen): Field[] {
  return Object.entries(chosen).map(([name, [columnName, options]]) => {
    const column = columns.find((each: Column) => each.name === columnName);
    const type = column && FIELD_TYPES[column.type];
    if (column === undefined || type === undefined) throw new Error(`${table} has no column ${columnName} for a field`);
    const cardinality = column.type === "word" ? "few" : "many";
    return field(name, type, column.meaning, { cardinality, ...options, column: columnName });
  });
}

const internal = { sensitivity: "internal" } as const;
const id = { cardinality: "unbounded" } as const;

/** Spans that applications reported. */
export const spanRecord = {
  name: "span",
  table: otelTraces.table,
  meaning: otelTraces.meaning,
  fields: fieldsFrom(otelTraces, {
    traceId: ["TraceId", { ...id, otel: "trace_id" }],
    spanId: ["SpanId", { ...id, otel: "span_id" }],
    parentSpanId: ["ParentSpanId", { ...id, otel: "parent_span_id" }],
    name: ["SpanName", { otel: "name" }],
    kind: [
      "SpanKind",
      { otel: "kind", values: ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"] },
    ],
    service: ["ServiceName", { ...internal, otel: "service.name" }],
    startedAt: ["Timestamp", { otel: "start_time" }],
    durationNs: ["Duration", { unit: "ns" }],
    status: ["StatusCode", { otel: "status.code", values: ["Unset", "Ok", "Error"] }],
    statusMessage: ["StatusMessage", { ...internal, otel: "status.message" }],
    scopeName: ["ScopeName", { otel: "otel.scope.name" }],
    scopeVersion: ["ScopeVersion", { otel: "otel.scope.version" }],
    traceState: ["TraceState", { otel: "trace_state" }],
    eventNames: ["Events.Name", { otel: "events.name" }],
    linkedTraceIds: ["Links.TraceId", { otel: "links.trace_id" }],
    attributes: ["SpanAttributes", internal],
    resource: ["ResourceAttributes", internal],
  }),
} as const satisfies RecordDefinition;

/** Log records that applications and systems reported. */
export const logRecord = {
  name: "log",
  table: otelLogs.table,
  meaning: otelLogs.meaning,
  fields: fieldsFrom(otelLogs, {
    at: ["Timestamp", { otel: "timestamp" }],
    service: ["ServiceName", { ...internal, otel: "service.name" }],
    severity: ["SeverityText", { otel: "severity_text" }],
    severityNumber: ["SeverityNumber", { otel: "severity_number" }],
    body: ["Body", { ...internal, cardinality: "unbounded", otel: "body" }],
    eventName: ["EventName", { otel: "event_name" }],
    traceId: ["TraceId", { ...id, otel: "trace_id" }],
    spanId: ["SpanId", { ...id, otel: "span_id" }],
    scopeName: ["ScopeName", { otel: "otel.scope.name" }],
    attributes: ["LogAttributes", internal],
    resource: ["ResourceAttributes", internal],
  }),
} as const satisfies RecordDefinition;

/** Points of gauges and sums: what has one value. Distributions are asked by PromQL. */
export const metricRecord = {
  name: "metric",
  table: otelSums.table,
  meaning: "Points of gauges and sums that applications and systems reported, one row each.",
  fields: [
    ...fieldsFrom(otelSums, {
      name: ["MetricName", { otel: "name" }],
      unit: ["MetricUnit", { cardinality: "few", otel: "unit" }],
      service: ["ServiceName", { ...internal, otel: "service.name" }],
      at: ["TimeUnix", { otel: "time" }],
      value: ["Value", { otel: "value" }],
      isMonotonic: ["IsMonotonic", { otel: "is_monotonic" }],
      scopeName: ["ScopeName", { otel: "otel.scope.name" }],
      attributes: ["Attributes", internal],
      resource: ["ResourceAttributes", internal],
    }),
    field("kind", "string", "What kind of metric the point is of", {
      column: "Kind",
      cardinality: "few",
      values: ["gauge", "sum"],
    }),
  ],
} as const satisfies RecordDefinition;

/** What applications reported, of what questions can be asked. */
export const REPORTED_RECORDS = [spanRecord, logRecord, metricRecord] as const;

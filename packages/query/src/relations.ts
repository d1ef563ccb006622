import type { RecordWord } from "@weir/model";

/** Tables that filters can be asked of. */
export type FilterTable =
  | "connections"
  | "calls"
  | "findings"
  | "retries"
  | "deliveries"
  | "otel_traces"
  | "otel_logs"
  | "otel_metrics_sum"
  | "profile_samples";

/** Records that belong to one: a connection's calls and findings, a call's retries, deliveries and spans, a span's calls and logs. */
export type RelationName = "calls" | "retries" | "deliveries" | "findings" | "spans" | "logs";

/** Records that belong to one: what the macros `exists`, `all`, `exists_one` and `filter` look through. */
export interface Relation {
  readonly name: RelationName;
  /** Whose they are. */
  readonly on: RecordWord;
  readonly of: RecordWord;
  /** The name under which a printed filter knows one of them. */
  readonly variable: string;
  readonly table: FilterTable;
  /** By what of `on` they are found: a column, or an expression that is never NULL. */
  readonly key: string;
  /** The same in their own table. */
  readonly theirKey: string;
}

const CONNECTION_ID = "connection_id";
/** The context that a call carried; one without any is like no span, as a span has ids. */
const CONTEXT_OF_CALL = "tuple(ifNull(trace_id, 'none'), ifNull(parent_span_id, 'none'))";
/** The context that stood on the wire: that of the span which sent the request; for the span that took it, that of its parent. */
const CONTEXT_OF_SPAN = "tuple(TraceId, if(SpanKind IN ('Server', 'Consumer'), ParentSpanId, SpanId))";
const SPAN = "tuple(TraceId, SpanId)";

const calls = { name: "calls", of: "call", variable: "c", table: "calls" } as const;
const spans = { name: "spans", of: "span", variable: "s", table: "otel_traces" } as const;
const logs = { name: "logs", of: "log", variable: "l", table: "otel_logs" } as const;

export const RELATIONS: readonly Relation[] = [
  { ...calls, on: "connection", key: CONNECTION_ID, theirKey: CONNECTION_ID },
  {
    name: "findings",
    on: "connection",
    of: "finding",
    variable: "f",
    table: "findings",
    key: "connection_id",
    theirKey: "arrayJoin(JSONExtract(evidence, 'connectionIds', 'Array(String)'))",
  },
  {
    name: "retries",
    on: "call",
    of: "retry",
    variable: "r",
    table: "retries",
    key: "call_id",
    theirKey: "arrayJoin(call_ids)",
  },
  {
    name: "deliveries",
    on: "call",
    of: "delivery",
    variable: "d",
    table: "deliveries",
    key: "call_id",
    theirKey: "arrayJoin([publish_call_id, consume_call_id])",
  },
  { ...spans, on: "call", key: CONTEXT_OF_CALL, theirKey: CONTEXT_OF_SPAN },
  { ...logs, on: "call", key: CONTEXT_OF_CALL, theirKey: SPAN },
  { ...calls, on: "span", key: CONTEXT_OF_SPAN, theirKey: CONTEXT_OF_CALL },
  { ...logs, on: "span", key: SPAN, theirKey: SPAN },
  { ...spans, on: "log", key: SPAN, theirKey: SPAN },
];

/** Tables whose rows each belong to a capture. */
export const TABLES_OF_CAPTURES: ReadonlySet<FilterTable> = new Set([
  "connections",
  "calls",
  "findings",
  "retries",
  "deliveries",
]);

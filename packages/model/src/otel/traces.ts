import { column, type OtelTable, type RowOf } from "./column.ts";

const columns = [
  column("Timestamp", "moment", "When the span began", "Delta(8)"),
  column("TraceId", "text", "Trace that it belongs to, 32 hexadecimal digits"),
  column("SpanId", "text", "The span, 16 hexadecimal digits"),
  column("ParentSpanId", "text", "Span that caused it; empty for the first of a trace"),
  column("TraceState", "text", "W3C tracestate"),
  column("SpanName", "word", "What was done"),
  column("SpanKind", "word", "Unspecified, Internal, Server, Client, Producer or Consumer"),
  column("ServiceName", "word", "service.name of the resource"),
  column("ResourceAttributes", "attributes", "Attributes of what reported it"),
  column("ScopeName", "text", "Library that made it"),
  column("ScopeVersion", "text", "Version of that library"),
  column("SpanAttributes", "attributes", "Attributes of the span"),
  column("Duration", "uint64", "Nanoseconds from begin to end", "T64"),
  column("StatusCode", "word", "Unset, Ok or Error"),
  column("StatusMessage", "text", "What went wrong, in the program's words"),
  column("Events.Timestamp", "moment[]", "When each event was"),
  column("Events.Name", "word[]", "What each event was"),
  column("Events.Attributes", "attributes[]", "Attributes of each event"),
  column("Links.TraceId", "text[]", "Trace of each linked span"),
  column("Links.SpanId", "text[]", "Each linked span"),
  column("Links.TraceState", "text[]", "W3C tracestate of each link"),
  column("Links.Attributes", "attributes[]", "Attributes of each link"),
] as const;

/** Spans: one row each. */
export const otelTraces = {
  table: "otel_traces",
  meaning: "Spans that applications reported, one row each.",
  columns,
} as const satisfies OtelTable;

export type OtelSpanRow = RowOf<typeof columns>;

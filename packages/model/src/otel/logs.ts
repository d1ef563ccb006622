import { column, type OtelTable, type RowOf } from "./column.ts";

const columns = [
  column("Timestamp", "moment", "When it happened; when it was first seen where the sender does not know", "Delta(8)"),
  column("TraceId", "text", "Trace that it was written in; empty outside of any"),
  column("SpanId", "text", "Span that it was written in"),
  column("TraceFlags", "uint8", "W3C trace flags"),
  column("SeverityText", "word", "Severity in the program's own word"),
  column("SeverityNumber", "uint8", "1 to 24: TRACE, DEBUG, INFO, WARN, ERROR, FATAL, four steps each; 0 unknown"),
  column("ServiceName", "word", "service.name of the resource"),
  column("Body", "text", "What was logged; JSON where it is no plain value"),
  column("ResourceSchemaUrl", "word", "Schema of the resource's attributes"),
  column("ResourceAttributes", "attributes", "Attributes of what reported it"),
  column("ScopeSchemaUrl", "word", "Schema of the scope's attributes"),
  column("ScopeName", "text", "Logger that wrote it"),
  column("ScopeVersion", "word", "Version of the logger"),
  column("ScopeAttributes", "attributes", "Attributes of the logger"),
  column("LogAttributes", "attributes", "Attributes of the record"),
  column("EventName", "text", "Kind of event, where the record is one"),
] as const;

/** Log records: one row each. */
export const otelLogs = {
  table: "otel_logs",
  meaning: "Log records that applications and systems reported, one row each.",
  columns,
} as const satisfies OtelTable;

export type OtelLogRow = RowOf<typeof columns>;

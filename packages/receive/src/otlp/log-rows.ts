import { type OtelLogRow, otelLogs } from "@weir/model";
import type { Decoded } from "../message/message.ts";
import type { Received, Rejections } from "../received.ts";
import { idOrNone, isSpanId, isTraceId } from "../spans/identified.ts";
import { attributesOf, serviceNameOf, valueText } from "./attributes.ts";
import type { exportLogsServiceRequest, LogRecord } from "./logs-messages.ts";

type Origin = Omit<
  OtelLogRow,
  | "Timestamp"
  | "TraceId"
  | "SpanId"
  | "TraceFlags"
  | "SeverityText"
  | "SeverityNumber"
  | "Body"
  | "LogAttributes"
  | "EventName"
>;

/** Log records as rows of `otel_logs`. */
export function logRows(request: Decoded<typeof exportLogsServiceRequest>, rejections: Rejections): Received["tables"] {
  const rows: OtelLogRow[] = [];
  for (const { resource, scopeLogs, schemaUrl } of request.resourceLogs) {
    const ServiceName = serviceNameOf(resource);
    const ResourceAttributes = attributesOf(resource?.attributes ?? []);
    for (const { scope, logRecords, schemaUrl: scopeSchemaUrl } of scopeLogs) {
      const origin = {
        ServiceName,
        ResourceSchemaUrl: schemaUrl,
        ResourceAttributes,
        ScopeSchemaUrl: scopeSchemaUrl,
        ScopeName: scope?.name ?? "",
        ScopeVersion: scope?.version ?? "",
        ScopeAttributes: attributesOf(scope?.attributes ?? []),
      };
      for (const record of logRecords) if (isIdentified(record, rejections)) rows.push(logRow(record, origin));
    }
  }
  return [{ table: otelLogs, rows }];
}

/** A log record needs no trace; where it names one, the name must be one. */
function isIdentified({ traceId, spanId }: LogRecord, rejections: Rejections): boolean {
  if (idOrNone(traceId) !== "" && !isTraceId(traceId)) {
    rejections.add("invalidTraceId", `a log record has the trace id "${traceId}"`);
    return false;
  }
  if (idOrNone(spanId) !== "" && !isSpanId(spanId)) {
    rejections.add("invalidSpanId", `a log record has the span id "${spanId}"`);
    return false;
  }
  return true;
}

function logRow(record: LogRecord, origin: Origin): OtelLogRow {
  const { timeUnixNano, observedTimeUnixNano, severityNumber } = record;
  return {
    ...origin,
    Timestamp: timeUnixNano === 0n ? observedTimeUnixNano : timeUnixNano,
    TraceId: idOrNone(record.traceId),
    SpanId: idOrNone(record.spanId),
    TraceFlags: record.flags & 0xff,
    SeverityText: record.severityText,
    SeverityNumber: severityNumber >= 0 && severityNumber <= 24 ? severityNumber : 0,
    Body: valueText(record.body),
    LogAttributes: attributesOf(record.attributes),
    EventName: record.eventName,
  };
}

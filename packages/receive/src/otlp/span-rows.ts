import { type OtelSpanRow, otelTraces } from "@weir/model";
import type { Decoded } from "../message/message.ts";
import type { Received, Rejections } from "../received.ts";
import { idOrNone, isIdentifiedSpan } from "../spans/identified.ts";
import { attributesOf, serviceNameOf } from "./attributes.ts";
import type { exportTraceServiceRequest, Span } from "./trace-messages.ts";

/** Kinds and statuses of spans by their number. */
export const SPAN_KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"];
export const SPAN_STATUSES = ["Unset", "Ok", "Error"];

type Origin = Pick<OtelSpanRow, "ServiceName" | "ResourceAttributes" | "ScopeName" | "ScopeVersion">;

/** Spans as rows of `otel_traces`. */
export function spanRows(
  request: Decoded<typeof exportTraceServiceRequest>,
  rejections: Rejections,
): Received["tables"] {
  const rows: OtelSpanRow[] = [];
  for (const { resource, scopeSpans } of request.resourceSpans) {
    const ServiceName = serviceNameOf(resource);
    const ResourceAttributes = attributesOf(resource?.attributes ?? []);
    for (const { scope, spans } of scopeSpans) {
      const origin = {
        ServiceName,
        ResourceAttributes,
        ScopeName: scope?.name ?? "",
        ScopeVersion: scope?.version ?? "",
      };
      for (const span of spans)
        if (isIdentifiedSpan(span.traceId, span.spanId, span.name, rejections)) rows.push(spanRow(span, origin));
    }
  }
  return [{ table: otelTraces, rows }];
}

function spanRow(span: Span, origin: Origin): OtelSpanRow {
  const { startTimeUnixNano, endTimeUnixNano, events, links, status } = span;
  return {
    ...origin,
    Timestamp: startTimeUnixNano,
    TraceId: span.traceId,
    SpanId: span.spanId,
    ParentSpanId: idOrNone(span.parentSpanId),
    TraceState: span.traceState,
    SpanName: span.name,
    SpanKind: SPAN_KINDS[span.kind] ?? "Unspecified",
    SpanAttributes: attributesOf(span.attributes),
    // A span that ends before it begins comes from a clock that was set back: it has no length, rather than five centuries.
    Duration: endTimeUnixNano > startTimeUnixNano ? endTimeUnixNano - startTimeUnixNano : 0n,
    StatusCode: SPAN_STATUSES[status?.code ?? 0] ?? "Unset",
    StatusMessage: status?.message ?? "",
    "Events.Timestamp": events.map(({ timeUnixNano }) => timeUnixNano),
    "Events.Name": events.map(({ name }) => name),
    "Events.Attributes": events.map(({ attributes }) => attributesOf(attributes)),
    "Links.TraceId": links.map(({ traceId }) => traceId),
    "Links.SpanId": links.map(({ spanId }) => spanId),
    "Links.TraceState": links.map(({ traceState }) => traceState),
    "Links.Attributes": links.map(({ attributes }) => attributesOf(attributes)),
  };
}

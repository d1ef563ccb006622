import { type OtelSpanRow, otelTraces } from "@weir/model";
import type { Received, Rejections } from "../received.ts";
import { idOrNone, isIdentifiedSpan } from "../spans/identified.ts";
import { meaningOfTags } from "../spans/tags.ts";

type Tags = Readonly<Record<string, string>>;

/** A span of Jaeger, whichever encoding it came in. */
export interface JaegerSpan {
  readonly traceId: string;
  readonly spanId: string;
  /** Zeros or empty where there is none; then a reference may say so. */
  readonly parentSpanId: string;
  readonly operation: string;
  readonly references: readonly { readonly isParent: boolean; readonly traceId: string; readonly spanId: string }[];
  readonly startUnixNs: bigint;
  readonly durationNs: bigint;
  readonly tags: Tags;
  readonly logs: readonly { readonly atUnixNs: bigint; readonly fields: Tags }[];
  readonly service: string;
  readonly processTags: Tags;
}

/** Spans of Jaeger as rows of `otel_traces`, translated as the Collector does. */
export function jaegerRows(spans: readonly JaegerSpan[], rejections: Rejections): Received["tables"] {
  const rows = spans
    .filter(({ traceId, spanId, operation }) => isIdentifiedSpan(traceId, spanId, operation, rejections))
    .map(spanRow);
  return [{ table: otelTraces, rows }];
}

function spanRow(span: JaegerSpan): OtelSpanRow {
  const { traceId, service, logs } = span;
  const parent = span.references.find((reference) => reference.isParent && reference.traceId === traceId);
  const ParentSpanId = idOrNone(span.parentSpanId) || (parent?.spanId ?? "");
  const links = span.references.filter(
    (reference) => reference.traceId !== traceId || reference.spanId !== ParentSpanId,
  );
  return {
    ...meaningOfTags(span.tags),
    Timestamp: span.startUnixNs,
    TraceId: traceId,
    SpanId: span.spanId,
    ParentSpanId,
    TraceState: span.tags["w3c.tracestate"] ?? "",
    SpanName: span.operation,
    ServiceName: service,
    ResourceAttributes: { ...resourceTags(span.processTags), ...(service === "" ? {} : { "service.name": service }) },
    Duration: span.durationNs > 0n ? span.durationNs : 0n,
    "Events.Timestamp": logs.map(({ atUnixNs }) => atUnixNs),
    "Events.Name": logs.map(({ fields }) => fields["event"] ?? fields["message"] ?? ""),
    "Events.Attributes": logs.map(({ fields }) => withoutName(fields)),
    "Links.TraceId": links.map((link) => link.traceId),
    "Links.SpanId": links.map((link) => link.spanId),
    "Links.TraceState": links.map(() => ""),
    "Links.Attributes": links.map(({ isParent }) => ({
      "opentracing.ref_type": isParent ? "child_of" : "follows_from",
    })),
  };
}

/** Jaeger's clients name their host `hostname`. */
function resourceTags({ hostname, ...others }: Tags): Tags {
  return hostname === undefined ? others : { ...others, "host.name": hostname };
}

function withoutName(fields: Tags): Tags {
  const name = fields["event"] === undefined ? "message" : "event";
  return Object.fromEntries(Object.entries(fields).filter(([field]) => field !== name));
}

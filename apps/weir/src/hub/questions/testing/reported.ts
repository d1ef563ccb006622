import {
  type OtelGaugeRow,
  type OtelLogRow,
  type OtelPoint,
  type OtelSpanRow,
  type OtelSumRow,
  otelGauges,
  otelLogs,
  otelSums,
  otelTraces,
} from "@weir/model";
import type { Store } from "@weir/storage";
import { START_NS } from "./records.ts";

/** Trace of all sample spans. */
export const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPANS = 10;
const indexes = Array.from({ length: SPANS }, (_, index) => index);
const momentOf = (index: number) => START_NS + BigInt(index) * 1_000_000_000n;

const scope = { ScopeName: "sample", ScopeVersion: "1", ResourceAttributes: { "host.name": "h1" } };

/** A span with nothing to say but its own. */
export function spanRow(own: Partial<OtelSpanRow>): OtelSpanRow {
  return {
    ...scope,
    Timestamp: START_NS,
    TraceId: TRACE_ID,
    SpanId: "",
    ParentSpanId: "",
    TraceState: "",
    SpanName: "POST",
    SpanKind: "Client",
    ServiceName: "orders",
    SpanAttributes: {},
    Duration: 0n,
    StatusCode: "Unset",
    StatusMessage: "",
    "Events.Timestamp": [],
    "Events.Name": [],
    "Events.Attributes": [],
    "Links.TraceId": [],
    "Links.SpanId": [],
    "Links.TraceState": [],
    "Links.Attributes": [],
    ...own,
  };
}

/** The span that sent request number `index`, and the one that took it. Number 7 failed. */
function spanPair(index: number): OtelSpanRow[] {
  const client = spanRow({
    Timestamp: momentOf(index),
    SpanId: `client-${index}`,
    Duration: BigInt(index) * 1_000_000n,
  });
  const server = spanRow({
    Timestamp: momentOf(index),
    SpanId: `server-${index}`,
    ParentSpanId: `client-${index}`,
    SpanKind: "Server",
    SpanName: "POST /pay",
    ServiceName: "payments",
    SpanAttributes: { "http.route": "/pay" },
    Duration: BigInt(index) * 500_000n,
    StatusCode: index === 7 ? "Error" : "Unset",
  });
  return [client, server];
}

function logRow(index: number): OtelLogRow {
  return {
    ...scope,
    Timestamp: momentOf(index),
    TraceId: TRACE_ID,
    SpanId: `client-${index}`,
    TraceFlags: 1,
    SeverityText: index === 7 ? "ERROR" : "INFO",
    SeverityNumber: index === 7 ? 17 : 9,
    ServiceName: "orders",
    Body: `order ${index}`,
    ResourceSchemaUrl: "",
    ScopeSchemaUrl: "",
    ScopeAttributes: {},
    LogAttributes: {},
    EventName: "",
  };
}

const noExemplars = {
  Flags: 0,
  "Exemplars.FilteredAttributes": [],
  "Exemplars.TimeUnix": [],
  "Exemplars.Value": [],
  "Exemplars.SpanId": [],
  "Exemplars.TraceId": [],
};

/** A metric point of orders, so many seconds behind the begin, without a value. */
export function samplePoint(seconds: number, MetricName: string): OtelPoint & typeof noExemplars {
  return {
    ...noExemplars,
    ...scope,
    ResourceSchemaUrl: "",
    ScopeAttributes: {},
    ScopeDroppedAttrCount: 0,
    ScopeSchemaUrl: "",
    ServiceName: "orders",
    MetricName,
    MetricDescription: "",
    MetricUnit: "{item}",
    Attributes: { queue: "mail" },
    StartTimeUnix: 0n,
    TimeUnix: momentOf(seconds),
  };
}

/** Puts spans, log records and metric points of ten requests into a store. */
export async function insertReported(store: Store): Promise<void> {
  await store.insertInto(otelTraces, indexes.flatMap(spanPair), "spans");
  await store.insertInto(otelLogs, indexes.map(logRow), "logs");
  const gauges = indexes.map((index): OtelGaugeRow => ({ ...samplePoint(index, "queue.length"), Value: index }));
  const sums = indexes.map(
    (index): OtelSumRow => ({
      ...samplePoint(index, "http.server.requests"),
      Value: index,
      AggregationTemporality: 2,
      IsMonotonic: true,
    }),
  );
  await store.insertInto(otelGauges, gauges, "gauges");
  await store.insertInto(otelSums, sums, "sums");
}

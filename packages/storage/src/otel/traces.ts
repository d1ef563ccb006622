import { formatUnixNs } from "@weir/base";
import type { SqlCondition, Store } from "../store.ts";
import { allOf, asked, type Window, windowCondition } from "./window.ts";

/** Which traces are asked for. */
export interface TraceQuery extends Window {
  /** Traces with a span of this service, and of this name where both are given. */
  readonly service?: string | undefined;
  readonly operation?: string | undefined;
  readonly minDurationNs: number;
  /** Only those with a failed span. */
  readonly errors: boolean;
  /** Only those with a span like this. */
  readonly condition?: SqlCondition | undefined;
  readonly limit: number;
  readonly offset: number;
}

/** A list that knows whether more follows, and not how much. */
export interface OpenPage<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

export interface TraceRow {
  readonly traceId: string;
  readonly rootService: string;
  readonly rootOperation: string;
  readonly startedAt: string;
  readonly durationNs: number;
  readonly spans: number;
  readonly errors: number;
  readonly services: string[];
}

const NAMED_SERVICES = 20;
/** The span without a parent; the earliest where that is missing. */
const ROOT = "tuple(ParentSpanId != '', Timestamp)";

/** Traces, newest first. */
export async function readTraces(store: Store, query: TraceQuery): Promise<OpenPage<TraceRow>> {
  const { service, operation, minDurationNs, errors, limit, offset } = query;
  const window = windowCondition("Timestamp", query);
  const spans = allOf([
    asked("service", service, "ServiceName = {service:String}"),
    asked("operation", operation, "SpanName = {operation:String}"),
    query.condition ?? { where: "1", params: {} },
  ]);
  const { where, params } = allOf([window, withSpan(spans.where, window.where, spans.params)]);
  const rows = await store.rows<TraceRow>(
    `SELECT TraceId AS traceId, argMin(ServiceName, ${ROOT}) AS rootService, argMin(SpanName, ${ROOT}) AS rootOperation,
      min(Timestamp) AS startedAt,
      toInt64(max(toUnixTimestamp64Nano(Timestamp) + Duration) - toUnixTimestamp64Nano(min(Timestamp))) AS durationNs,
      count() AS spans, countIf(StatusCode = 'Error') AS errors,
      arraySort(groupUniqArray(${NAMED_SERVICES})(ServiceName)) AS services
    FROM otel_traces WHERE ${where} GROUP BY TraceId
    HAVING durationNs >= {minDurationNs:UInt64} AND errors >= {minErrors:UInt8}
    ORDER BY startedAt DESC, traceId LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    { ...params, minDurationNs, minErrors: errors ? 1 : 0, limit: limit + 1, offset },
  );
  return { items: rows.slice(0, limit), hasMore: rows.length > limit };
}

/** The traces that have a span like this; their other spans count as well. */
function withSpan(spans: string, window: string, params: Readonly<Record<string, unknown>>) {
  return spans === "1"
    ? { where: "1", params: {} }
    : { where: `TraceId IN (SELECT TraceId FROM otel_traces WHERE ${spans} AND ${window})`, params };
}

export interface SpanRow {
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly service: string;
  readonly operation: string;
  readonly kind: string;
  readonly startedAt: string;
  readonly durationNs: number;
  readonly status: "Unset" | "Ok" | "Error";
  readonly statusMessage: string;
  readonly attributes: Record<string, string>;
  readonly resourceAttributes: Record<string, string>;
  readonly scopeName: string;
  readonly scopeVersion: string;
  readonly events: { at: string; name: string; attributes: Record<string, string> }[];
  readonly links: { traceId: string; spanId: string; attributes: Record<string, string> }[];
}

/** Spans of one trace, earliest first; at most `limit`. A span that was sent twice stands there once. */
export async function readTrace(store: Store, traceId: string, limit: number): Promise<readonly SpanRow[]> {
  const [times] = await store.rows<{ known: number; start: string; end: string }>(
    "SELECT count() AS known, min(Start) AS start, max(End) AS end FROM otel_traces_trace_id_ts WHERE TraceId = {traceId:String}",
    { traceId },
  );
  // A table that was filled before the view was made knows no times.
  const bounds =
    times === undefined || times.known === 0
      ? { where: "1", params: {} }
      : {
          where:
            "Timestamp >= parseDateTime64BestEffort({start:String}, 9) AND Timestamp < parseDateTime64BestEffort({end:String}, 9) + INTERVAL 1 SECOND",
          params: { start: times.start, end: times.end },
        };
  return store.rows<SpanRow>(
    `SELECT SpanId AS spanId, ParentSpanId AS parentSpanId, ServiceName AS service, SpanName AS operation, SpanKind AS kind,
      Timestamp AS startedAt, Duration AS durationNs, StatusCode AS status, StatusMessage AS statusMessage,
      SpanAttributes AS attributes, ResourceAttributes AS resourceAttributes, ScopeName AS scopeName, ScopeVersion AS scopeVersion,
      arrayMap((at, name, of) -> CAST((at, name, of), 'Tuple(at DateTime64(9), name String, attributes Map(String, String))'), Events.Timestamp, Events.Name, Events.Attributes) AS events,
      arrayMap((trace, span, of) -> CAST((trace, span, of), 'Tuple(traceId String, spanId String, attributes Map(String, String))'), Links.TraceId, Links.SpanId, Links.Attributes) AS links
    FROM otel_traces WHERE TraceId = {traceId:String} AND ${bounds.where}
    ORDER BY Timestamp, Duration DESC LIMIT 1 BY SpanId, Timestamp LIMIT {limit:UInt32}`,
    { traceId, limit, ...bounds.params },
  );
}

/** A span as the join takes it. */
export type JoinSpanRow = Omit<SpanRow, "resourceAttributes" | "scopeName" | "scopeVersion" | "events" | "links"> & {
  readonly traceId: string;
};

/** Spans of several traces within a time, at most `limit`. A span that was sent twice stands there once. */
export function readSpansOf(
  store: Store,
  traceIds: readonly string[],
  { fromNs, toNs }: { readonly fromNs: bigint; readonly toNs: bigint },
  limit: number,
): Promise<readonly JoinSpanRow[]> {
  const { where, params } = windowCondition("Timestamp", { from: formatUnixNs(fromNs), to: formatUnixNs(toNs) });
  return store.rows<JoinSpanRow>(
    `SELECT TraceId AS traceId, SpanId AS spanId, ParentSpanId AS parentSpanId, ServiceName AS service, SpanName AS operation, SpanKind AS kind,
      Timestamp AS startedAt, Duration AS durationNs, StatusCode AS status, StatusMessage AS statusMessage, SpanAttributes AS attributes
    FROM otel_traces WHERE TraceId IN {traceIds:Array(String)} AND ${where}
    ORDER BY Timestamp, Duration DESC LIMIT 1 BY TraceId, SpanId, Timestamp LIMIT {limit:UInt32}`,
    { ...params, traceIds, limit },
  );
}

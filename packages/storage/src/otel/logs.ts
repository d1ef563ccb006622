import type { Store } from "../store.ts";
import type { OpenPage } from "./traces.ts";
import { allOf, asked, type Window, windowCondition } from "./window.ts";

/** Which log records are asked for. */
export interface LogQuery extends Window {
  readonly service?: string | undefined;
  readonly traceId?: string | undefined;
  /** What the body contains, in any case. */
  readonly text?: string | undefined;
  /** 1 to 24; 0 for all. */
  readonly minSeverity: number;
  readonly limit: number;
  readonly offset: number;
}

export interface LogRow {
  readonly at: string;
  readonly service: string;
  readonly severityText: string;
  readonly severityNumber: number;
  readonly body: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly eventName: string;
  readonly attributes: Record<string, string>;
  readonly resourceAttributes: Record<string, string>;
}

/** Log records, newest first. */
export async function readLogs(store: Store, query: LogQuery): Promise<OpenPage<LogRow>> {
  const { service, traceId, text, minSeverity, limit, offset } = query;
  const { where, params } = allOf([
    windowCondition("Timestamp", query),
    // The table is ordered by the second: without it the engine reads all days.
    windowCondition("TimestampTime", { from: secondOf(query.from), to: query.to }),
    asked("service", service, "ServiceName = {service:String}"),
    asked("traceId", traceId?.toLowerCase(), "TraceId = {traceId:String}"),
    asked("text", text, "positionCaseInsensitiveUTF8(Body, {text:String}) > 0"),
    { where: "SeverityNumber >= {minSeverity:UInt8}", params: { minSeverity } },
  ]);
  const rows = await store.rows<LogRow>(
    `SELECT Timestamp AS at, ServiceName AS service, SeverityText AS severityText, SeverityNumber AS severityNumber, Body AS body,
      TraceId AS traceId, SpanId AS spanId, EventName AS eventName, LogAttributes AS attributes, ResourceAttributes AS resourceAttributes
    FROM otel_logs WHERE ${where} ORDER BY Timestamp DESC LIMIT {limit:UInt32} OFFSET {offset:UInt32}`,
    { ...params, limit: limit + 1, offset },
  );
  return { items: rows.slice(0, limit), hasMore: rows.length > limit };
}

/** The second that a time lies in. */
function secondOf(time: string | undefined): string | undefined {
  return time?.replace(/\.\d+/, "");
}

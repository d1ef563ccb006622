import { parseB3, parseDatadog, parseSw8, type TraceContext } from "../trace-context.ts";
import { type Header, headerOf } from "./headers.ts";

/**
 * Trace context in headers of others than W3C: B3 in its single form or in several headers (https://github.com/openzipkin/b3-propagation), Datadog's,
 * SkyWalking's. Undefined where there is none.
 */
export function otherTraceOf(headers: readonly Header[]): TraceContext | undefined {
  return b3Of(headers) ?? datadogOf(headers) ?? sw8Of(headers);
}

function b3Of(headers: readonly Header[]): TraceContext | undefined {
  const single = headerOf(headers, "b3");
  if (single !== undefined) return parseB3(single);
  const traceId = headerOf(headers, "x-b3-traceid");
  const spanId = headerOf(headers, "x-b3-spanid");
  return traceId === undefined || spanId === undefined ? undefined : parseB3(`${traceId}-${spanId}`);
}

/** The upper half of a trace id stands among the tags: `_dd.p.tid=640cfd8d00000000`. */
function datadogOf(headers: readonly Header[]): TraceContext | undefined {
  const traceId = headerOf(headers, "x-datadog-trace-id");
  const parentId = headerOf(headers, "x-datadog-parent-id");
  if (traceId === undefined || parentId === undefined) return undefined;
  const tags = headerOf(headers, "x-datadog-tags") ?? "";
  return parseDatadog(traceId, parentId, /(?:^|,)\s*_dd\.p\.tid=([0-9a-f]{16})/.exec(tags)?.[1]);
}

function sw8Of(headers: readonly Header[]): TraceContext | undefined {
  const value = headerOf(headers, "sw8");
  return value === undefined ? undefined : parseSw8(value);
}

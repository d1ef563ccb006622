/** What a `traceparent` header says (W3C Trace Context, §3.2). */
export interface TraceContext {
  readonly traceId: string;
  /** The caller's span: what the receiver will name as its parent. */
  readonly parentSpanId: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/;

/** Parses a traceparent. Undefined where the standard says that it must be ignored: malformed, version ff, all-zero ids. */
export function parseTraceparent(text: string): TraceContext | undefined {
  const match = TRACEPARENT.exec(text.trim());
  if (match === null) return undefined;
  const [, version, traceId = "", parentSpanId = ""] = match;
  if (version === "ff" || /^0+$/.test(traceId) || /^0+$/.test(parentSpanId)) return undefined;
  return { traceId, parentSpanId };
}

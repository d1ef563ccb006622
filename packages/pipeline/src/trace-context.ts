/** Which trace a request belongs to. */
export interface TraceContext {
  /** 32 hexadecimal digits. */
  readonly traceId: string;
  /** The caller's span: what the receiver will name as its parent. */
  readonly parentSpanId: string;
}

const TRACEPARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-.*)?$/;

/** Parses a `traceparent` (W3C Trace Context, §3.2). Undefined where the standard says that it must be ignored: malformed, version ff, all-zero ids. */
export function parseTraceparent(text: string): TraceContext | undefined {
  const match = TRACEPARENT.exec(text.trim());
  if (match === null) return undefined;
  const [, version, traceId = "", parentSpanId = ""] = match;
  if (version === "ff" || /^0+$/.test(traceId) || /^0+$/.test(parentSpanId)) return undefined;
  return { traceId, parentSpanId };
}

/** Trace ids of 64 or 128 bits; what follows the span (sampling, its parent) does not matter here. */
const B3 = /^([0-9a-f]{16}|[0-9a-f]{32})-([0-9a-f]{16})(?:-|$)/i;

/**
 * Parses B3's single form. A trace id of 64 bits is written with zeros in front, as all who join both lengths do. Undefined where it is malformed,
 * all zeros, or says only whether to sample.
 */
export function parseB3(text: string): TraceContext | undefined {
  const match = B3.exec(text.trim());
  if (match === null) return undefined;
  const [, traceId = "", parentSpanId = ""] = match;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentSpanId)) return undefined;
  return { traceId: traceId.toLowerCase().padStart(32, "0"), parentSpanId: parentSpanId.toLowerCase() };
}

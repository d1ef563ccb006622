import type { Rejections } from "../received.ts";

const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;
const NOT_ZERO = /[^0]/;

/** A trace id of 16 bytes that are not all zero (W3C Trace Context §3.2.2.3). */
export function isTraceId(id: string): boolean {
  return TRACE_ID.test(id) && NOT_ZERO.test(id);
}

/** A span id of 8 bytes that are not all zero. */
export function isSpanId(id: string): boolean {
  return SPAN_ID.test(id) && NOT_ZERO.test(id);
}

/** The id, or nothing where it is all zeros: so OpenTelemetry writes "none". */
export function idOrNone(id: string): string {
  return NOT_ZERO.test(id) ? id : "";
}

/** Whether a span has an identity; one without is counted. */
export function isIdentifiedSpan(traceId: string, spanId: string, name: string, rejections: Rejections): boolean {
  if (!isTraceId(traceId)) {
    rejections.add("invalidTraceId", `span "${name}" has the trace id "${traceId}"`);
    return false;
  }
  if (!isSpanId(spanId)) {
    rejections.add("invalidSpanId", `span "${name}" has the span id "${spanId}"`);
    return false;
  }
  return true;
}

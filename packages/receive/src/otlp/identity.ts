const TRACE_ID = /^[0-9a-f]{32}$/;
const SPAN_ID = /^[0-9a-f]{16}$/;

/** A trace id of 16 bytes that are not all zero (W3C Trace Context §3.2.2.3). */
export function isTraceId(id: string): boolean {
  return TRACE_ID.test(id) && /[^0]/.test(id);
}

/** A span id of 8 bytes that are not all zero. */
export function isSpanId(id: string): boolean {
  return SPAN_ID.test(id) && /[^0]/.test(id);
}

/** The id, or nothing where it is all zeros: so OpenTelemetry writes "none". */
export function idOrNone(id: string): string {
  return /[^0]/.test(id) ? id : "";
}

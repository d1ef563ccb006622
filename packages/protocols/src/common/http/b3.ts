import { type Header, headerOf } from "./headers.ts";

/**
 * Trace context in B3's single form (`TRACE-SPAN[-SAMPLED]`), as it stood on the wire or made of the headers that say the same one by one.
 * Undefined where there is none.
 * https://github.com/openzipkin/b3-propagation
 */
export function b3Of(headers: readonly Header[]): string | undefined {
  const single = headerOf(headers, "b3");
  if (single !== undefined) return single;
  const traceId = headerOf(headers, "x-b3-traceid");
  const spanId = headerOf(headers, "x-b3-spanid");
  return traceId === undefined || spanId === undefined ? undefined : `${traceId}-${spanId}`;
}

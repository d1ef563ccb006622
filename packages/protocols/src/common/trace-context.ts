import { decodeBase64 } from "./base64.ts";

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

const DECIMAL_ID = /^\d{1,20}$/;

/**
 * Parses Datadog's ids: decimal numbers of 64 bits; `highDigits` are the upper 16 hexadecimal digits of a trace id of 128 bits (`_dd.p.tid` among its
 * tags). Written as OpenTelemetry writes ids, so that spans of both kinds are joined.
 */
export function parseDatadog(traceId: string, parentId: string, highDigits = ""): TraceContext | undefined {
  if (!DECIMAL_ID.test(traceId) || !DECIMAL_ID.test(parentId)) return undefined;
  const low = BigInt.asUintN(64, BigInt(traceId));
  const span = BigInt.asUintN(64, BigInt(parentId));
  if (low === 0n || span === 0n) return undefined;
  const high = /^[0-9a-f]{16}$/.test(highDigits) ? highDigits : "";
  return {
    traceId: `${high}${low.toString(16).padStart(16, "0")}`.padStart(32, "0"),
    parentSpanId: span.toString(16).padStart(16, "0"),
  };
}

const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;

/**
 * Parses SkyWalking's `sw8` (version 3 of its propagation): the trace's id as its agents write it, and for the parent the segment and the number of the span in
 * it, `SEGMENT.NUMBER`.
 */
export function parseSw8(text: string): TraceContext | undefined {
  const [, trace = "", segment = "", span = ""] = text.split("-");
  if (!BASE64.test(trace) || !BASE64.test(segment) || !/^\d{1,9}$/.test(span)) return undefined;
  const traceId = decodeBase64(trace);
  const segmentId = decodeBase64(segment);
  return traceId === "" || segmentId === "" ? undefined : { traceId, parentSpanId: `${segmentId}.${span}` };
}

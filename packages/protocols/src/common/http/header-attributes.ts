import { field } from "@weir/model";
import type { Header } from "./headers.ts";

/** A header that becomes an attribute: its word in filters, its name in lower case, its meaning. */
type Row = readonly [word: string, header: string, meaning: string];

const REQUEST_ROWS: readonly Row[] = [
  ["requestContentType", "content-type", "Content-Type of the request"],
  ["requestContentEncoding", "content-encoding", "Content-Encoding of the request"],
  ["requestTransferEncoding", "transfer-encoding", "Transfer-Encoding of the request"],
  ["requestId", "x-request-id", "X-Request-ID header"],
  ["correlationId", "x-correlation-id", "X-Correlation-ID header"],
  ["tracestate", "tracestate", "tracestate header (W3C Trace Context)"],
  ["baggage", "baggage", "baggage header (W3C); values of secret members masked"],
  ["b3", "b3", "b3 header: trace context in Zipkin's single form"],
  ["b3TraceId", "x-b3-traceid", "X-B3-TraceId header"],
  ["b3SpanId", "x-b3-spanid", "X-B3-SpanId header"],
  ["b3ParentSpanId", "x-b3-parentspanid", "X-B3-ParentSpanId header"],
  ["b3Sampled", "x-b3-sampled", "X-B3-Sampled header"],
  ["envoyAttemptCount", "x-envoy-attempt-count", "Attempt number that Envoy wrote"],
  ["grpcPreviousAttempts", "grpc-previous-rpc-attempts", "Attempts before this one, as a gRPC client counted them"],
  ["idempotencyKey", "idempotency-key", "Idempotency-Key header"],
  ["forwardedFor", "x-forwarded-for", "X-Forwarded-For header: clients and proxies before this hop"],
  ["requestVia", "via", "Via header of the request: proxies that it passed"],
  ["expect", "expect", "Expect header"],
];

const RESPONSE_ROWS: readonly Row[] = [
  ["responseContentType", "content-type", "Content-Type of the response"],
  ["responseContentEncoding", "content-encoding", "Content-Encoding of the response"],
  ["responseTransferEncoding", "transfer-encoding", "Transfer-Encoding of the response"],
  ["responseRequestId", "x-request-id", "X-Request-ID header of the response"],
  ["retryAfter", "retry-after", "Retry-After header"],
  ["rateLimit", "ratelimit", "RateLimit header: what is left of a quota"],
  ["rateLimitPolicy", "ratelimit-policy", "RateLimit-Policy header: quotas of the server"],
  ["rateLimitLimit", "ratelimit-limit", "RateLimit-Limit header"],
  ["rateLimitRemaining", "ratelimit-remaining", "RateLimit-Remaining header"],
  ["rateLimitReset", "ratelimit-reset", "RateLimit-Reset header"],
  ["xRateLimitLimit", "x-ratelimit-limit", "X-RateLimit-Limit header"],
  ["xRateLimitRemaining", "x-ratelimit-remaining", "X-RateLimit-Remaining header"],
  ["xRateLimitReset", "x-ratelimit-reset", "X-RateLimit-Reset header"],
  ["location", "location", "Location header; values of secret parameters masked"],
  ["server", "server", "Server header"],
  ["responseVia", "via", "Via header of the response: proxies that it passed"],
];

const fieldsOf = (side: "request" | "response", rows: readonly Row[]) =>
  rows.map(([word, header, meaning]) =>
    field(word, "string", meaning, {
      otel: `http.${side}.header.${header}`,
      optional: true,
      cardinality: "many",
      sensitivity: "internal",
    }),
  );

/** Headers that every version of HTTP keeps as attributes, by OpenTelemetry's names (`http.request.header.<key>`). */
export const HEADER_FIELDS = [...fieldsOf("request", REQUEST_ROWS), ...fieldsOf("response", RESPONSE_ROWS)];

const attributesOf = (side: "request" | "response", rows: readonly Row[]) =>
  new Map(rows.map(([, header]) => [header, `http.${side}.header.${header}`]));

/** Names of attributes by header. */
export const REQUEST_ATTRIBUTES = attributesOf("request", REQUEST_ROWS);
export const RESPONSE_ATTRIBUTES = attributesOf("response", RESPONSE_ROWS);

const LENGTHS: ReadonlySet<number> = new Set(
  [...REQUEST_ATTRIBUTES.keys(), ...RESPONSE_ATTRIBUTES.keys()].map(({ length }) => length),
);

/** Adds what `headers` say of `names` to `attributes`; a header that stands several times is one list (RFC 9110 §5.3). Give masked headers. */
export function addHeaderAttributes(
  headers: readonly Header[],
  names: ReadonlyMap<string, string>,
  attributes: Record<string, string>,
): void {
  for (const [header, value] of headers) {
    // Most are written in lower case, or are none of ours by their length.
    const name = names.get(header) ?? (LENGTHS.has(header.length) ? names.get(header.toLowerCase()) : undefined);
    if (name === undefined) continue;
    const before = attributes[name];
    attributes[name] = before === undefined ? value : `${before}, ${value}`;
  }
}

import type { AttemptEvidence, Call } from "@weir/model";

/** One thing that attempts of a logical call have in common. */
export interface AttemptKey {
  readonly evidence: AttemptEvidence;
  /** Equal in attempts of one logical call. */
  readonly key: string;
}

const ENVOY_ATTEMPT = "http.request.header.x-envoy-attempt-count";
const GRPC_PREVIOUS_ATTEMPTS = "http.request.header.grpc-previous-rpc-attempts";

/** Attributes that a client chooses once per logical call, and sends again with each attempt. */
const IDEMPOTENCY_ATTRIBUTES = [
  "http.request.header.idempotency-key",
  "weir.mongodb.transaction",
  "weir.kafka.producer_sequence",
] as const;
const REQUEST_ID = "http.request.header.x-request-id";

/**
 * What attempts of the same logical call would share with this one, the surest first. Everything is within one client asking the same: a trace that asks
 * many things, and an id that is passed on to other services, are no retries.
 */
export function attemptKeys(call: Call): AttemptKey[] {
  const asked = `${call.protocol} ${call.operation} ${call.target}`;
  const who = `${call.clientService}\n${asked}`;
  const keys: AttemptKey[] = [];
  const { traceId, parentSpanId, attributes } = call;
  if (traceId !== undefined && parentSpanId !== undefined)
    keys.push({ evidence: "sameSpan", key: `span ${traceId} ${parentSpanId} ${asked}` });
  for (const name of IDEMPOTENCY_ATTRIBUTES) {
    const value = attributes[name];
    if (value !== undefined) keys.push({ evidence: "idempotencyKey", key: `idempotency ${value} ${who}` });
  }
  const requestId = attributes[REQUEST_ID];
  if (requestId !== undefined) keys.push({ evidence: "requestId", key: `request ${requestId} ${who}` });
  if (traceId !== undefined) keys.push({ evidence: "sameTrace", key: `trace ${traceId} ${who}` });
  keys.push({
    evidence: "sameRequest",
    key: `same ${call.clientAddress} ${call.serverService} ${call.serverPort} ${asked} ${sizeOf(call)} ${call.requestBody ?? ""}`,
  });
  return keys;
}

/** Versions of HTTP whose heads get shorter as they are sent again (HPACK, QPACK). */
const COMPRESSING_VERSIONS: ReadonlySet<string | undefined> = new Set(["2", "3"]);

/** What has the same size in each attempt: the request, or its body alone. */
function sizeOf({ attributes, requestBytes }: Call): string {
  const bodyBytes = attributes["http.request.body.size"];
  const isCompressed = COMPRESSING_VERSIONS.has(attributes["network.protocol.version"]);
  return isCompressed && bodyBytes !== undefined ? `body ${bodyBytes}` : String(requestBytes);
}

/** The attempt's number where a header counts them; undefined where none does. */
export function countedAttempt({ attributes }: Call): number | undefined {
  const envoy = Number(attributes[ENVOY_ATTEMPT]);
  if (Number.isInteger(envoy) && envoy >= 1) return envoy;
  const previous = Number(attributes[GRPC_PREVIOUS_ATTEMPTS]);
  return Number.isInteger(previous) && previous >= 1 ? previous + 1 : undefined;
}

import { sha256 } from "@noble/hashes/sha2.js";
import { encodeUtf8, toHex } from "@weir/base";
import { type Call, callRecord, type Field } from "@weir/model";
import type { Attributes, OutgoingSpan } from "@weir/receive";
import { attributesOf, type NamedAttribute, typedAttributes } from "./attributes.ts";

/** They say what a span says already. */
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set(["trace_id", "span_id", "weir.call.start"]);
/** Fields of a call that become attributes: those with a name of OpenTelemetry's, payload left out. */
const ATTRIBUTES: readonly NamedAttribute[] = callRecord.fields.flatMap((field: Field) =>
  field.otel !== undefined && !NOT_ATTRIBUTES.has(field.otel) && field.type !== "time" && field.sensitivity !== "secret"
    ? [{ field, attribute: field.otel }]
    : [],
);
const OTHERS = ["callId", "startedAt", "durationNs", "requestNs", "traceId", "parentSpanId", "attributes"] as const;

/** The fields of a call that its span is made of. */
export const SPAN_FIELDS: readonly string[] = [
  ...new Set<string>([...OTHERS, ...ATTRIBUTES.map(({ field }) => field.name)]),
];

const FAILED: ReadonlySet<string> = new Set(["clientError", "serverError", "timeout", "aborted"]);

/** A call with whatever else is known of its client's resource (its pod, its host). */
export interface SpanSource {
  readonly call: Call;
  readonly version: string;
  readonly resource?: Attributes | undefined;
}

/**
 * A call as the span of its client: below the span whose context it carried on the wire, or alone in a trace of its own. The same call is the same span, however often it is sent.
 */
export function callSpan({ call, version, resource }: SpanSource): OutgoingSpan {
  const { callId, traceId = "", startedAt, status } = call;
  const hasFailed = FAILED.has(status);
  return {
    resource: { ...resource, "service.name": call.clientService || call.clientAddress },
    scope: { name: "weir", version },
    traceId: traceId || hash(`trace ${callId}`, 32),
    spanId: hash(`span ${callId}`, 16),
    parentSpanId: traceId === "" ? "" : (call.parentSpanId ?? ""),
    name: nameOf(call),
    kind: kindOf(call),
    startNs: startedAt,
    endNs: startedAt + BigInt(Math.round(call.durationNs ?? call.requestNs)),
    attributes: {
      ...attributesOf(ATTRIBUTES, call),
      ...typedAttributes(call.attributes),
      ...(hasFailed && { "error.type": errorTypeOf(call) }),
    },
    // Ok is for people to say, and never for what observes (OpenTelemetry's Trace API, "Set Status").
    status: hasFailed ? "Error" : "Unset",
    statusMessage: hasFailed ? [status, call.statusCode].filter((part) => part !== "").join(" ") : "",
    events: [],
    links: [],
  };
}

/** Why a call failed, in few words: the protocol's own where it was answered (OpenTelemetry's `error.type`). */
function errorTypeOf({ status, statusCode }: Call): string {
  return statusCode === "" || status === "timeout" || status === "aborted" ? status : statusCode;
}

/** As the semantic conventions name spans: by what few calls differ in. */
function nameOf({ operation, protocol, attributes }: Call): string {
  const destination = attributes["messaging.destination.name"];
  const parts: readonly (string | undefined)[] = [
    attributes["rpc.method"],
    attributes["db.query.summary"],
    destination && `${operation} ${destination}`,
    operation,
    protocol,
  ];
  return parts.find((part) => part !== undefined && part !== "") ?? "call";
}

function kindOf({ attributes }: Call): string {
  const type = attributes["messaging.operation.type"];
  if (type === "send") return "Producer";
  return type === "receive" || type === "process" ? "Consumer" : "Client";
}

function hash(text: string, digits: number): string {
  return toHex(sha256(encodeUtf8(text))).slice(0, digits);
}

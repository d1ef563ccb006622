import { encode } from "../../message/encode.ts";
import { exportTraceServiceRequest } from "../trace-messages.ts";
import { type Attributes, byOrigin, keyValues, type Origin } from "./attributes.ts";

const KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"];
const STATUSES = ["Unset", "Ok", "Error"];

/** A span that goes out, by OpenTelemetry's words. Ids are lower-case hexadecimal. */
export interface OutgoingSpan extends Origin {
  readonly traceId: string;
  readonly spanId: string;
  /** Empty for the first of a trace. */
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: string;
  readonly startNs: bigint;
  readonly endNs: bigint;
  readonly attributes: Attributes;
  readonly status: string;
  readonly statusMessage: string;
  readonly events: readonly { readonly atNs: bigint; readonly name: string; readonly attributes: Attributes }[];
  readonly links: readonly { readonly traceId: string; readonly spanId: string; readonly attributes: Attributes }[];
}

/** Spans as `ExportTraceServiceRequest`, which has the form of `TracesData` too: one resource and scope after the other. */
export function tracesMessage(spans: readonly OutgoingSpan[]): { readonly resourceSpans: readonly object[] } {
  return {
    resourceSpans: byOrigin(spans).map(([{ resource, scope }, group]) => ({
      resource: { attributes: keyValues(resource) },
      scopeSpans: [{ scope, spans: group.map(spanMessage) }],
    })),
  };
}

/** The same in Protocol Buffers. */
export function writeTraces(spans: readonly OutgoingSpan[]): Uint8Array<ArrayBuffer> {
  return encode(exportTraceServiceRequest, tracesMessage(spans));
}

function spanMessage(span: OutgoingSpan): object {
  const { traceId, spanId, parentSpanId, name, startNs, endNs } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId === "" ? {} : { parentSpanId }),
    name,
    kind: Math.max(0, KINDS.indexOf(span.kind)),
    startTimeUnixNano: startNs,
    endTimeUnixNano: endNs,
    attributes: keyValues(span.attributes),
    events: span.events.map(({ atNs, name: event, attributes }) => ({
      timeUnixNano: atNs,
      name: event,
      attributes: keyValues(attributes),
    })),
    links: span.links.map(({ attributes, ...link }) => ({ ...link, attributes: keyValues(attributes) })),
    status: {
      code: Math.max(0, STATUSES.indexOf(span.status)),
      ...(span.statusMessage === "" ? {} : { message: span.statusMessage }),
    },
  };
}

import { encode } from "../message/encode.ts";
import type { KeyValue } from "./common.ts";
import { exportTraceServiceRequest } from "./trace-messages.ts";

const KINDS = ["Unspecified", "Internal", "Server", "Client", "Producer", "Consumer"];
const STATUSES = ["Unset", "Ok", "Error"];

export type AttributeValue = string | number | bigint | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A span that goes out, by OpenTelemetry's words. Ids are lower-case hexadecimal. */
export interface OutgoingSpan {
  readonly resource: Attributes;
  readonly scope: { readonly name: string; readonly version: string };
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
  const groups = new Map<string, OutgoingSpan[]>();
  for (const span of spans) {
    const key = JSON.stringify([sortedEntries(span.resource), span.scope], bigintText);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [span]);
    else group.push(span);
  }
  return {
    resourceSpans: [...groups.values()].map((group) => ({
      resource: { attributes: keyValues(group[0]?.resource ?? {}) },
      scopeSpans: [{ scope: group[0]?.scope, spans: group.map(spanMessage) }],
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

/** Attributes as lists of keys and values. */
export function keyValues(attributes: Attributes): Pick<KeyValue, "key">[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): object {
  if (typeof value === "string") return { stringValue: value };
  if (typeof value === "boolean") return { boolValue: value };
  if (typeof value === "bigint") return { intValue: value };
  return Number.isSafeInteger(value) ? { intValue: BigInt(value) } : { doubleValue: value };
}

const sortedEntries = (attributes: Attributes) => Object.entries(attributes).sort(([a], [b]) => (a < b ? -1 : 1));
const bigintText = (_: string, value: unknown) => (typeof value === "bigint" ? `${value}n` : value);

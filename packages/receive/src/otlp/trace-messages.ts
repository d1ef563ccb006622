import { type Decoded, items, manyNested, message, nested, one } from "../message/message.ts";
import { enumeration, fixed64, hex, text } from "../message/scalar.ts";
import { keyValue, resource, scope } from "./common.ts";

/** Messages of opentelemetry/proto/trace/v1. */

const spanKind = enumeration([
  "SPAN_KIND_UNSPECIFIED",
  "SPAN_KIND_INTERNAL",
  "SPAN_KIND_SERVER",
  "SPAN_KIND_CLIENT",
  "SPAN_KIND_PRODUCER",
  "SPAN_KIND_CONSUMER",
]);
const statusCode = enumeration(["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"]);

const event = message("Event", {
  timeUnixNano: one(1, fixed64),
  name: one(2, text),
  attributes: manyNested(3, () => keyValue),
});
const link = message("Link", {
  traceId: one(1, hex),
  spanId: one(2, hex),
  traceState: one(3, text),
  attributes: manyNested(4, () => keyValue),
});
const status = message("Status", { message: one(2, text), code: one(3, statusCode) });

const span = message("Span", {
  traceId: one(1, hex),
  spanId: one(2, hex),
  traceState: one(3, text),
  parentSpanId: one(4, hex),
  name: one(5, text),
  kind: one(6, spanKind),
  startTimeUnixNano: one(7, fixed64),
  endTimeUnixNano: one(8, fixed64),
  attributes: manyNested(9, () => keyValue),
  events: manyNested(11, () => event),
  links: manyNested(13, () => link),
  status: nested(15, () => status),
});
const scopeSpans = message("ScopeSpans", { scope: nested(1, () => scope), spans: items(2, () => span) });
const resourceSpans = message("ResourceSpans", {
  resource: nested(1, () => resource),
  scopeSpans: items(2, () => scopeSpans),
});

export const exportTraceServiceRequest = message("ExportTraceServiceRequest", {
  resourceSpans: items(1, () => resourceSpans),
});
export type Span = Decoded<typeof span>;

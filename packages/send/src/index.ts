export { FlowExporter } from "./flows/exporter.ts";
export { OWN_ELEMENTS, PLACEHOLDER_ENTERPRISE } from "./flows/own-elements.ts";
export { ADDRESSES, STANDARD_ELEMENTS, STANDARD_TEXTS } from "./flows/standard-elements.ts";
export type { FlowFormatOut } from "./flows/templates.ts";
export { EdgeMetrics, type Traffic } from "./metrics/edge-metrics.ts";
export { INSTRUMENTS } from "./metrics/instruments.ts";
export { TrafficSince } from "./metrics/traffic-since.ts";
export { callSpan, SPAN_FIELDS } from "./otlp/call-span.ts";
export { CONNECTION_ATTRIBUTES, CONNECTION_END, clientResource, connectionEvent } from "./otlp/connection-event.ts";

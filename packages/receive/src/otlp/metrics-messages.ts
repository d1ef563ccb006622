import { type Decoded, items, many, manyNested, message, nested, one, optional } from "../message/message.ts";
import { bool, double, enumeration, fixed64, hex, sfixed64, sint32, text, uint32, uint64 } from "../message/scalar.ts";
import { keyValue, resource, scope } from "./common.ts";

/** Messages of opentelemetry/proto/metrics/v1. */

const temporality = enumeration([
  "AGGREGATION_TEMPORALITY_UNSPECIFIED",
  "AGGREGATION_TEMPORALITY_DELTA",
  "AGGREGATION_TEMPORALITY_CUMULATIVE",
]);

const exemplar = message("Exemplar", {
  timeUnixNano: one(2, fixed64),
  asDouble: optional(3, double),
  spanId: one(4, hex),
  traceId: one(5, hex),
  asInt: optional(6, sfixed64),
  filteredAttributes: manyNested(7, () => keyValue),
});
const numberDataPoint = message("NumberDataPoint", {
  startTimeUnixNano: one(2, fixed64),
  timeUnixNano: one(3, fixed64),
  asDouble: optional(4, double),
  exemplars: manyNested(5, () => exemplar),
  asInt: optional(6, sfixed64),
  attributes: manyNested(7, () => keyValue),
  flags: one(8, uint32),
});
const histogramDataPoint = message("HistogramDataPoint", {
  startTimeUnixNano: one(2, fixed64),
  timeUnixNano: one(3, fixed64),
  count: one(4, fixed64),
  sum: one(5, double),
  bucketCounts: many(6, fixed64),
  explicitBounds: many(7, double),
  exemplars: manyNested(8, () => exemplar),
  attributes: manyNested(9, () => keyValue),
  flags: one(10, uint32),
  min: one(11, double),
  max: one(12, double),
});
const buckets = message("Buckets", { offset: one(1, sint32), bucketCounts: many(2, uint64) });
const exponentialHistogramDataPoint = message("ExponentialHistogramDataPoint", {
  attributes: manyNested(1, () => keyValue),
  startTimeUnixNano: one(2, fixed64),
  timeUnixNano: one(3, fixed64),
  count: one(4, fixed64),
  sum: one(5, double),
  scale: one(6, sint32),
  zeroCount: one(7, fixed64),
  positive: nested(8, () => buckets),
  negative: nested(9, () => buckets),
  flags: one(10, uint32),
  exemplars: manyNested(11, () => exemplar),
  min: one(12, double),
  max: one(13, double),
});
const valueAtQuantile = message("ValueAtQuantile", { quantile: one(1, double), value: one(2, double) });
const summaryDataPoint = message("SummaryDataPoint", {
  startTimeUnixNano: one(2, fixed64),
  timeUnixNano: one(3, fixed64),
  count: one(4, fixed64),
  sum: one(5, double),
  quantileValues: manyNested(6, () => valueAtQuantile),
  attributes: manyNested(7, () => keyValue),
  flags: one(8, uint32),
});

const gauge = message("Gauge", { dataPoints: items(1, () => numberDataPoint) });
const sum = message("Sum", {
  dataPoints: items(1, () => numberDataPoint),
  aggregationTemporality: one(2, temporality),
  isMonotonic: one(3, bool),
});
const histogram = message("Histogram", {
  dataPoints: items(1, () => histogramDataPoint),
  aggregationTemporality: one(2, temporality),
});
const exponentialHistogram = message("ExponentialHistogram", {
  dataPoints: items(1, () => exponentialHistogramDataPoint),
  aggregationTemporality: one(2, temporality),
});
const summary = message("Summary", { dataPoints: items(1, () => summaryDataPoint) });

const metric = message("Metric", {
  name: one(1, text),
  description: one(2, text),
  unit: one(3, text),
  gauge: nested(5, () => gauge),
  sum: nested(7, () => sum),
  histogram: nested(9, () => histogram),
  exponentialHistogram: nested(10, () => exponentialHistogram),
  summary: nested(11, () => summary),
});
const scopeMetrics = message("ScopeMetrics", {
  scope: nested(1, () => scope),
  metrics: items(2, () => metric),
  schemaUrl: one(3, text),
});
const resourceMetrics = message("ResourceMetrics", {
  resource: nested(1, () => resource),
  scopeMetrics: items(2, () => scopeMetrics),
  schemaUrl: one(3, text),
});

export const exportMetricsServiceRequest = message("ExportMetricsServiceRequest", {
  resourceMetrics: items(1, () => resourceMetrics),
});
export type Metric = Decoded<typeof metric>;
export type Exemplar = Decoded<typeof exemplar>;
export type NumberDataPoint = Decoded<typeof numberDataPoint>;

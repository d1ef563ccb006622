import { column, type OtelTable, type RowOf } from "./column.ts";

/** What every metric point says of its origin, name and time. */
const point = [
  column("ResourceAttributes", "attributes", "Attributes of what reported it"),
  column("ResourceSchemaUrl", "text", "Schema of the resource's attributes"),
  column("ScopeName", "text", "Meter that measured it"),
  column("ScopeVersion", "text", "Version of the meter"),
  column("ScopeAttributes", "attributes", "Attributes of the meter"),
  column("ScopeDroppedAttrCount", "uint32", "Attributes of the meter that the sender left out"),
  column("ScopeSchemaUrl", "text", "Schema of the meter's attributes"),
  column("ServiceName", "word", "service.name of the resource"),
  column("MetricName", "word", "What is measured"),
  column("MetricDescription", "text", "The same in words"),
  column("MetricUnit", "text", "Unit, in UCUM's notation"),
  column("Attributes", "attributes", "Attributes of the point: which time series it belongs to"),
  column("StartTimeUnix", "second", "From when on it counts; 1970 where the sender does not say", "Delta"),
  column("TimeUnix", "second", "When it was measured", "Delta"),
] as const;

const exemplars = [
  column("Exemplars.FilteredAttributes", "attributes[]", "Of each exemplar: attributes that the point does not have"),
  column("Exemplars.TimeUnix", "second[]", "When each exemplar was measured"),
  column("Exemplars.Value", "float64[]", "What each exemplar measured"),
  column("Exemplars.SpanId", "text[]", "Span of each exemplar"),
  column("Exemplars.TraceId", "text[]", "Trace of each exemplar"),
] as const;

const flags = column("Flags", "uint32", "1: the sender has no value for this time");
const temporality = column(
  "AggregationTemporality",
  "int32",
  "1: since the last point (delta), 2: since the start (cumulative)",
);
const count = column("Count", "uint64", "How many values", "Delta");
const sum = column("Sum", "float64", "Their sum");
const bounds = [
  column("Min", "float64", "Smallest value; 0 where the sender does not say"),
  column("Max", "float64", "Largest value; 0 where the sender does not say"),
] as const;

const gauge = [...point, column("Value", "float64", "The value"), flags, ...exemplars] as const;
const sums = [
  ...point,
  column("Value", "float64", "The sum"),
  flags,
  ...exemplars,
  temporality,
  column("IsMonotonic", "bool", "True where it never falls", "Delta"),
] as const;
const histogram = [
  ...point,
  count,
  sum,
  column("BucketCounts", "uint64[]", "How many values in each bucket; the last one has no upper bound"),
  column("ExplicitBounds", "float64[]", "Upper bounds of the buckets, inclusive"),
  ...exemplars,
  flags,
  ...bounds,
  temporality,
] as const;
const exponentialHistogram = [
  ...point,
  count,
  sum,
  column("Scale", "int32", "Base of the buckets is 2 to the power of 2 to the power of minus Scale"),
  column("ZeroCount", "uint64", "How many values are as good as zero"),
  column("PositiveOffset", "int32", "Index of the first positive bucket"),
  column("PositiveBucketCounts", "uint64[]", "How many values in each positive bucket"),
  column("NegativeOffset", "int32", "Index of the first negative bucket"),
  column("NegativeBucketCounts", "uint64[]", "How many values in each negative bucket"),
  ...exemplars,
  flags,
  ...bounds,
  temporality,
] as const;
const summary = [
  ...point,
  count,
  sum,
  column("ValueAtQuantiles.Quantile", "float64[]", "Quantiles, 0 to 1"),
  column("ValueAtQuantiles.Value", "float64[]", "Their values, as the sender computed them: they cannot be merged"),
  flags,
] as const;

export const otelGauges = {
  table: "otel_metrics_gauge",
  meaning: "Values that go up and down.",
  columns: gauge,
} as const satisfies OtelTable;
export const otelSums = {
  table: "otel_metrics_sum",
  meaning: "Counts and sums.",
  columns: sums,
} as const satisfies OtelTable;
export const otelHistograms = {
  table: "otel_metrics_histogram",
  meaning: "Distributions over buckets with explicit bounds.",
  columns: histogram,
} as const satisfies OtelTable;
export const otelExponentialHistograms = {
  table: "otel_metrics_exponential_histogram",
  meaning: "Distributions over buckets that grow exponentially.",
  columns: exponentialHistogram,
} as const satisfies OtelTable;
export const otelSummaries = {
  table: "otel_metrics_summary",
  meaning: "Quantiles that the sender computed.",
  columns: summary,
} as const satisfies OtelTable;

export type OtelPoint = RowOf<typeof point>;
export type OtelExemplars = RowOf<typeof exemplars>;
export type OtelGaugeRow = RowOf<typeof gauge>;
export type OtelSumRow = RowOf<typeof sums>;
export type OtelHistogramRow = RowOf<typeof histogram>;
export type OtelExponentialHistogramRow = RowOf<typeof exponentialHistogram>;
export type OtelSummaryRow = RowOf<typeof summary>;

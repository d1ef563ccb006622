import { otelExponentialHistograms, otelHistograms, otelSummaries } from "@weir/model";
import { CUMULATIVE, metricPointsTable } from "../schema/otel/points.ts";

/** One of the series that a kind of metric stands for: a histogram is its buckets, its sum and its count. */
export interface MetricPart {
  readonly kind: "gauge" | "counter" | "histogram" | "summary";
  readonly table: string;
  /** What Prometheus puts behind the metric's name. */
  readonly suffix: "" | "_bucket" | "_sum" | "_count";
  /** What is selected beside a row's own columns. */
  readonly each?: string;
  readonly value: string;
  /** A label that the part adds, and its value. */
  readonly label?: { readonly name: "le" | "quantile"; readonly value: string };
  /** Which rows have it: what is told since the last point cannot be read as Prometheus' counters. */
  readonly where: string;
}

const sumOf = (table: string, kind: MetricPart["kind"], where: string): MetricPart[] => [
  { kind, table, suffix: "_sum", value: "Sum", where },
  { kind, table, suffix: "_count", value: "toFloat64(Count)", where },
];

/** Gauges and counters of a name that Prometheus could have written itself: it says all. */
export const PLAIN_PART: MetricPart = {
  kind: "gauge",
  table: metricPointsTable.name,
  suffix: "",
  value: "value",
  where: "1",
};

/** Everything that can be read as series, by table: gauges and sums from their narrow copy. Of exponential histograms only sum and count: their buckets change. */
export const METRIC_PARTS: readonly MetricPart[] = [
  { kind: "gauge", table: metricPointsTable.name, suffix: "", value: "value", where: "kind = 'gauge'" },
  { kind: "counter", table: metricPointsTable.name, suffix: "", value: "value", where: "kind = 'counter'" },
  {
    kind: "histogram",
    table: otelHistograms.table,
    suffix: "_bucket",
    each: "arrayJoin(arrayZip(arrayPushBack(ExplicitBounds, inf), arrayCumSum(BucketCounts))) AS bucket",
    value: "toFloat64(bucket.2)",
    label: { name: "le", value: "if(isInfinite(bucket.1), '+Inf', toString(bucket.1))" },
    where: `${CUMULATIVE} AND length(BucketCounts) = length(ExplicitBounds) + 1`,
  },
  ...sumOf(otelHistograms.table, "histogram", CUMULATIVE),
  ...sumOf(otelExponentialHistograms.table, "histogram", CUMULATIVE),
  {
    kind: "summary",
    table: otelSummaries.table,
    suffix: "",
    each: "arrayJoin(arrayZip(`ValueAtQuantiles.Quantile`, `ValueAtQuantiles.Value`)) AS level",
    value: "level.2",
    label: { name: "quantile", value: "toString(level.1)" },
    where: "1",
  },
  ...sumOf(otelSummaries.table, "summary", "1"),
];

import {
  type OtelExemplars,
  type OtelExponentialHistogramRow,
  type OtelGaugeRow,
  type OtelPoint,
  type OtelSumRow,
  otelExponentialHistograms,
  otelGauges,
  otelSums,
} from "@weir/model";
import type { Received, Rejections } from "../received.ts";
import { isSpanId, isTraceId } from "../spans/identified.ts";
import type { NativeHistogram, Sample, TimeSeries } from "./messages.ts";
import { countOf, denseBuckets, zeroCountOf } from "./native-histogram.ts";

/** What a series counts, where the sender says so. */
export type SeriesKind = "counter" | "gauge" | "unknown";

/** A measured value that stands for others. */
export interface SeriesExemplar {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  readonly timestampMs: bigint;
}

/** A series with its labels resolved, of either version of remote-write or of a scrape. */
export interface Series {
  readonly labels: ReadonlyMap<string, string>;
  readonly kind: SeriesKind;
  readonly help: string;
  readonly unit: string;
  readonly samples: readonly Sample[];
  readonly histograms: readonly NativeHistogram[];
  /** Of its samples; remote-write's are not kept. */
  readonly exemplars?: readonly SeriesExemplar[];
}

const NS_PER_MS = 1_000_000n;
/** OpenTelemetry: no value is known for this time. Prometheus marks so where a series ended. */
export const NO_RECORDED_VALUE = 1;
export const CUMULATIVE = 2;
const NO_EXEMPLARS = {
  "Exemplars.FilteredAttributes": [],
  "Exemplars.TimeUnix": [],
  "Exemplars.Value": [],
  "Exemplars.SpanId": [],
  "Exemplars.TraceId": [],
} as const;
/** Endings that Prometheus' naming gives to what only grows. */
const GROWING = /_(total|count|sum|bucket)$/;

/** Whether a series only grows, as far as its name says. */
export function growsByName(name: string): boolean {
  return GROWING.test(name);
}

/** A series of version 1, which has labels alone. */
export function labelled({ labels, samples, histograms }: TimeSeries): Series {
  const named = new Map(labels.map(({ name, value }) => [name, value]));
  return { labels: named, samples, histograms, kind: "unknown", help: "", unit: "" };
}

/** Samples as points of OpenTelemetry's tables; `job` and `instance` name the service and its instance, as in the Collector. */
export function seriesRows(list: readonly Series[], rejections: Rejections): Received["tables"] {
  const gauges: OtelGaugeRow[] = [];
  const sums: OtelSumRow[] = [];
  const histograms: OtelExponentialHistogramRow[] = [];
  for (const series of list) {
    const name = series.labels.get("__name__") ?? "";
    if (name === "") {
      const points = series.samples.length + series.histograms.length;
      rejections.add("unnamedMetric", `labels ${JSON.stringify([...series.labels]).slice(0, 100)}`, points);
      continue;
    }
    const grows = series.kind === "counter" || (series.kind === "unknown" && growsByName(name));
    for (const sample of series.samples) {
      const row = numberRow(series, name, sample);
      if (grows) sums.push({ ...row, AggregationTemporality: CUMULATIVE, IsMonotonic: true });
      else gauges.push(row);
    }
    for (const histogram of series.histograms) {
      const row = histogramRow(series, name, histogram);
      if (row === undefined) rejections.add("unreadable", `histogram ${name} has buckets that make no sense`);
      else histograms.push(row);
    }
  }
  return [
    { table: otelGauges, rows: gauges },
    { table: otelSums, rows: sums },
    { table: otelExponentialHistograms, rows: histograms },
  ].filter(({ rows }) => rows.length > 0);
}

function numberRow(series: Series, name: string, { value, timestamp }: Sample): OtelGaugeRow {
  return { ...pointOf(series, name, timestamp), ...exemplarColumns(series.exemplars ?? []), ...valueOrNone(value) };
}

/** Labels that name a trace and a span are columns of their own (OpenMetrics, "Exemplars"). */
function exemplarColumns(exemplars: readonly SeriesExemplar[]): OtelExemplars {
  if (exemplars.length === 0) return NO_EXEMPLARS;
  const id = (name: string, isId: (id: string) => boolean) =>
    exemplars.map(({ labels }) => (isId(labels.get(name) ?? "") ? (labels.get(name) ?? "") : ""));
  const others = ({ labels }: SeriesExemplar) =>
    [...labels].filter(([name]) => name !== "trace_id" && name !== "span_id");
  return {
    "Exemplars.FilteredAttributes": exemplars.map((exemplar) => Object.fromEntries(others(exemplar))),
    "Exemplars.TimeUnix": exemplars.map(({ timestampMs }) => timestampMs * NS_PER_MS),
    "Exemplars.Value": exemplars.map(({ value }) => value),
    "Exemplars.SpanId": id("span_id", isSpanId),
    "Exemplars.TraceId": id("trace_id", isTraceId),
  };
}

function valueOrNone(value: number | undefined): { readonly Value: number; readonly Flags: number } {
  return value === undefined ? { Value: 0, Flags: NO_RECORDED_VALUE } : { Value: value, Flags: 0 };
}

function histogramRow(
  series: Series,
  name: string,
  histogram: NativeHistogram,
): OtelExponentialHistogramRow | undefined {
  const { positiveSpans, positiveDeltas, positiveCounts, negativeSpans, negativeDeltas, negativeCounts } = histogram;
  const positive = denseBuckets(positiveSpans, positiveDeltas, positiveCounts);
  const negative = denseBuckets(negativeSpans, negativeDeltas, negativeCounts);
  if (positive === undefined || negative === undefined) return undefined;
  const { Value: Sum, Flags } = valueOrNone(histogram.sum);
  return {
    ...pointOf(series, name, histogram.timestamp),
    ...NO_EXEMPLARS,
    Count: countOf(histogram),
    Sum,
    Scale: histogram.schema,
    ZeroCount: zeroCountOf(histogram),
    PositiveOffset: positive.offset,
    PositiveBucketCounts: positive.counts,
    NegativeOffset: negative.offset,
    NegativeBucketCounts: negative.counts,
    Flags,
    Min: 0,
    Max: 0,
    AggregationTemporality: CUMULATIVE,
  };
}

function pointOf({ labels, help, unit }: Series, name: string, timestampMs: bigint): OtelPoint {
  const job = labels.get("job") ?? "";
  const instance = labels.get("instance") ?? "";
  return {
    ResourceAttributes: {
      ...(job === "" ? {} : { "service.name": job }),
      ...(instance === "" ? {} : { "service.instance.id": instance }),
    },
    ResourceSchemaUrl: "",
    ScopeName: "",
    ScopeVersion: "",
    ScopeAttributes: {},
    ScopeDroppedAttrCount: 0,
    ScopeSchemaUrl: "",
    ServiceName: job,
    MetricName: name,
    MetricDescription: help,
    MetricUnit: unit,
    Attributes: Object.fromEntries([...labels].filter(([label]) => !["__name__", "job", "instance"].includes(label))),
    StartTimeUnix: 0n,
    TimeUnix: timestampMs * NS_PER_MS,
  };
}

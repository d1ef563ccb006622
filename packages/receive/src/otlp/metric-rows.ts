import {
  type OtelExemplars,
  type OtelExponentialHistogramRow,
  type OtelGaugeRow,
  type OtelHistogramRow,
  type OtelPoint,
  type OtelSummaryRow,
  type OtelSumRow,
  otelExponentialHistograms,
  otelGauges,
  otelHistograms,
  otelSummaries,
  otelSums,
} from "@weir/model";
import type { Decoded } from "../message/message.ts";
import type { Received, Rejections } from "../received.ts";
import { idOrNone } from "../spans/identified.ts";
import { attributesOf, serviceNameOf } from "./attributes.ts";
import type { KeyValue } from "./common.ts";
import type { Exemplar, exportMetricsServiceRequest, Metric, NumberDataPoint } from "./metrics-messages.ts";

/** What all points of a metric share. */
type Origin = Omit<OtelPoint, "Attributes" | "StartTimeUnix" | "TimeUnix">;

/** Rows of the five tables of metrics. */
class MetricTables {
  readonly gauges: OtelGaugeRow[] = [];
  readonly sums: OtelSumRow[] = [];
  readonly histograms: OtelHistogramRow[] = [];
  readonly exponentialHistograms: OtelExponentialHistogramRow[] = [];
  readonly summaries: OtelSummaryRow[] = [];

  list(): Received["tables"] {
    return [
      { table: otelGauges, rows: this.gauges },
      { table: otelSums, rows: this.sums },
      { table: otelHistograms, rows: this.histograms },
      { table: otelExponentialHistograms, rows: this.exponentialHistograms },
      { table: otelSummaries, rows: this.summaries },
    ].filter(({ rows }) => rows.length > 0);
  }
}

/** Metric points as rows of the table of their kind. */
export function metricRows(
  request: Decoded<typeof exportMetricsServiceRequest>,
  rejections: Rejections,
): Received["tables"] {
  const tables = new MetricTables();
  for (const { resource, scopeMetrics, schemaUrl } of request.resourceMetrics) {
    const ServiceName = serviceNameOf(resource);
    const ResourceAttributes = attributesOf(resource?.attributes ?? []);
    for (const { scope, metrics, schemaUrl: scopeSchemaUrl } of scopeMetrics) {
      const shared = {
        ServiceName,
        ResourceAttributes,
        ResourceSchemaUrl: schemaUrl,
        ScopeName: scope?.name ?? "",
        ScopeVersion: scope?.version ?? "",
        ScopeAttributes: attributesOf(scope?.attributes ?? []),
        ScopeDroppedAttrCount: scope?.droppedAttributesCount ?? 0,
        ScopeSchemaUrl: scopeSchemaUrl,
      };
      for (const metric of metrics) addMetric(metric, shared, tables, rejections);
    }
  }
  return tables.list();
}

function addMetric(
  metric: Metric,
  shared: Omit<Origin, "MetricName" | "MetricDescription" | "MetricUnit">,
  tables: MetricTables,
  rejections: Rejections,
): void {
  const { gauge, sum, histogram, exponentialHistogram, summary, name, description, unit } = metric;
  const origin = { ...shared, MetricName: name, MetricDescription: description, MetricUnit: unit };
  if (gauge !== undefined) for (const point of gauge.dataPoints) tables.gauges.push(numberRow(point, origin));
  else if (sum !== undefined) {
    const kind = { AggregationTemporality: sum.aggregationTemporality, IsMonotonic: sum.isMonotonic };
    for (const point of sum.dataPoints) tables.sums.push({ ...numberRow(point, origin), ...kind });
  } else if (histogram !== undefined) tables.histograms.push(...histogramRows(histogram, origin));
  else if (exponentialHistogram !== undefined)
    tables.exponentialHistograms.push(...exponentialHistogramRows(exponentialHistogram, origin));
  else if (summary !== undefined) tables.summaries.push(...summaryRows(summary, origin));
  else rejections.add("unknownMetricKind", `metric "${name}" has no data of a known kind`);
}

interface AnyPoint {
  readonly attributes: readonly KeyValue[];
  readonly startTimeUnixNano: bigint;
  readonly timeUnixNano: bigint;
  readonly flags: number;
}

function pointOf(
  { attributes, startTimeUnixNano, timeUnixNano, flags }: AnyPoint,
  origin: Origin,
): OtelPoint & { readonly Flags: number } {
  return {
    ...origin,
    Attributes: attributesOf(attributes),
    StartTimeUnix: startTimeUnixNano,
    TimeUnix: timeUnixNano,
    Flags: flags,
  };
}

function numberRow(point: NumberDataPoint, origin: Origin): OtelGaugeRow {
  return { ...pointOf(point, origin), ...exemplarsOf(point.exemplars), Value: measured(point) };
}

function histogramRows(
  { dataPoints, aggregationTemporality }: NonNullable<Metric["histogram"]>,
  origin: Origin,
): OtelHistogramRow[] {
  return dataPoints.map((point) => ({
    ...pointOf(point, origin),
    ...exemplarsOf(point.exemplars),
    Count: point.count,
    Sum: point.sum,
    BucketCounts: point.bucketCounts,
    ExplicitBounds: point.explicitBounds,
    Min: point.min,
    Max: point.max,
    AggregationTemporality: aggregationTemporality,
  }));
}

function exponentialHistogramRows(
  { dataPoints, aggregationTemporality }: NonNullable<Metric["exponentialHistogram"]>,
  origin: Origin,
): OtelExponentialHistogramRow[] {
  return dataPoints.map((point) => ({
    ...pointOf(point, origin),
    ...exemplarsOf(point.exemplars),
    Count: point.count,
    Sum: point.sum,
    Scale: point.scale,
    ZeroCount: point.zeroCount,
    PositiveOffset: point.positive?.offset ?? 0,
    PositiveBucketCounts: point.positive?.bucketCounts ?? [],
    NegativeOffset: point.negative?.offset ?? 0,
    NegativeBucketCounts: point.negative?.bucketCounts ?? [],
    Min: point.min,
    Max: point.max,
    AggregationTemporality: aggregationTemporality,
  }));
}

function summaryRows({ dataPoints }: NonNullable<Metric["summary"]>, origin: Origin): OtelSummaryRow[] {
  return dataPoints.map((point) => ({
    ...pointOf(point, origin),
    Count: point.count,
    Sum: point.sum,
    "ValueAtQuantiles.Quantile": point.quantileValues.map(({ quantile }) => quantile),
    "ValueAtQuantiles.Value": point.quantileValues.map(({ value }) => value),
  }));
}

function exemplarsOf(exemplars: readonly Exemplar[]): OtelExemplars {
  return {
    "Exemplars.FilteredAttributes": exemplars.map(({ filteredAttributes }) => attributesOf(filteredAttributes)),
    "Exemplars.TimeUnix": exemplars.map(({ timeUnixNano }) => timeUnixNano),
    "Exemplars.Value": exemplars.map(measured),
    "Exemplars.SpanId": exemplars.map(({ spanId }) => idOrNone(spanId)),
    "Exemplars.TraceId": exemplars.map(({ traceId }) => idOrNone(traceId)),
  };
}

/** Whole numbers become doubles in the tables: exact up to 2^53. */
function measured({ asDouble, asInt }: Pick<NumberDataPoint, "asDouble" | "asInt">): number {
  return asDouble ?? Number(asInt ?? 0n);
}

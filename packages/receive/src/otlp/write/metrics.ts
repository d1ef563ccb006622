import { encode } from "../../message/encode.ts";
import { exportMetricsServiceRequest } from "../metrics-messages.ts";
import { type Attributes, keyValues, type Origin } from "./attributes.ts";

const TEMPORALITIES = { delta: 1, cumulative: 2 } as const;
/** Whether a point tells what was added since the last one, or since the series began. */
export type Temporality = keyof typeof TEMPORALITIES;

interface OutgoingPoint {
  readonly attributes: Attributes;
  readonly startNs: bigint;
  readonly timeNs: bigint;
}
/** A point of a sum. */
export interface OutgoingNumber extends OutgoingPoint {
  readonly value: number;
}
/** A point of a histogram: one more bucket than bounds, upper bounds included. */
export interface OutgoingHistogram extends OutgoingPoint {
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly bounds: readonly number[];
  readonly bucketCounts: readonly number[];
}

/** A metric that goes out with its points: a sum that only grows, or a histogram. */
export type OutgoingMetric = {
  readonly name: string;
  readonly description: string;
  /** UCUM's notation. */
  readonly unit: string;
} & (
  | { readonly kind: "sum"; readonly points: readonly OutgoingNumber[] }
  | { readonly kind: "histogram"; readonly points: readonly OutgoingHistogram[] }
);

/** Metrics of one resource as `ExportMetricsServiceRequest` in Protocol Buffers. */
export function writeMetrics(
  { resource, scope }: Origin,
  temporality: Temporality,
  metrics: readonly OutgoingMetric[],
): Uint8Array<ArrayBuffer> {
  const aggregationTemporality = TEMPORALITIES[temporality];
  return encode(exportMetricsServiceRequest, {
    resourceMetrics: [
      {
        resource: { attributes: keyValues(resource) },
        scopeMetrics: [{ scope, metrics: metrics.map((metric) => metricMessage(metric, aggregationTemporality)) }],
      },
    ],
  });
}

function metricMessage(metric: OutgoingMetric, aggregationTemporality: number): object {
  const { name, description, unit } = metric;
  const head = { name, description, unit };
  if (metric.kind === "sum")
    return { ...head, sum: { dataPoints: metric.points.map(sumPoint), aggregationTemporality, isMonotonic: true } };
  return { ...head, histogram: { dataPoints: metric.points.map(histogramPoint), aggregationTemporality } };
}

function sumPoint(point: OutgoingNumber): object {
  const { value } = point;
  return { ...pointHead(point), ...(Number.isSafeInteger(value) ? { asInt: BigInt(value) } : { asDouble: value }) };
}

function histogramPoint(point: OutgoingHistogram): object {
  const { count, sum, min, max, bounds, bucketCounts } = point;
  return {
    ...pointHead(point),
    count: BigInt(count),
    sum,
    min,
    max,
    explicitBounds: bounds,
    bucketCounts: bucketCounts.map(BigInt),
  };
}

function pointHead({ attributes, startNs, timeNs }: OutgoingPoint): object {
  return { attributes: keyValues(attributes), startTimeUnixNano: startNs, timeUnixNano: timeNs };
}

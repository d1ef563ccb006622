import type { Attributes, OutgoingMetric, Temporality } from "@weir/receive";
import { emptyHistogram, type HistogramState, histogramPoint, record } from "./histogram.ts";
import type { Instrument } from "./instruments.ts";

/** Series of one instrument, OpenTelemetry's default limit. What comes beyond it is added up in one series, marked as OpenTelemetry says. */
export const MAX_SERIES = 2_000;
const OVERFLOW: Attributes = { "otel.metric.overflow": true };

interface Series {
  readonly attributes: Attributes;
  readonly startNs: bigint;
  sum: number;
  readonly histogram: HistogramState | undefined;
}

/** Adds up measures in series, and gives them out from time to time. */
export class Meter {
  readonly #temporality: Temporality;
  readonly #instruments = new Map<Instrument, Map<string, Series>>();
  #startNs: bigint;
  #overflowed = 0;

  constructor(temporality: Temporality, startNs: bigint) {
    this.#temporality = temporality;
    this.#startNs = startNs;
  }

  /** Adds a value: to a sum, or as one more measure of a histogram. */
  add(instrument: Instrument, attributes: Attributes, value: number): void {
    const series = this.#series(instrument, attributes);
    series.sum += value;
    if (series.histogram !== undefined) record(series.histogram, instrument.bounds, value);
  }

  /** All series as they are now; of deltas those since they were asked for last. */
  collect(nowNs: bigint): OutgoingMetric[] {
    const metrics = [...this.#instruments].map(([instrument, series]) =>
      metricOf(instrument, [...series.values()], nowNs),
    );
    if (this.#temporality === "delta") {
      this.#instruments.clear();
      this.#startNs = nowNs;
    }
    return metrics;
  }

  /** Measures that went into a series of overflow since it was asked last. */
  takeOverflowed(): number {
    const overflowed = this.#overflowed;
    this.#overflowed = 0;
    return overflowed;
  }

  #series(instrument: Instrument, attributes: Attributes): Series {
    const all = this.#instruments.get(instrument) ?? new Map<string, Series>();
    if (all.size === 0) this.#instruments.set(instrument, all);
    const key = keyOf(attributes);
    const known = all.get(key);
    if (known !== undefined) return known;
    // The last place is for what finds none.
    if (all.size < MAX_SERIES - 1) return this.#begin(all, key, attributes, instrument);
    this.#overflowed += 1;
    return all.get("") ?? this.#begin(all, "", OVERFLOW, instrument);
  }

  #begin(all: Map<string, Series>, key: string, attributes: Attributes, { kind, bounds }: Instrument): Series {
    const histogram = kind === "histogram" ? emptyHistogram(bounds) : undefined;
    const series = { attributes, startNs: this.#startNs, sum: 0, histogram };
    all.set(key, series);
    return series;
  }
}

function metricOf(instrument: Instrument, series: readonly Series[], timeNs: bigint): OutgoingMetric {
  const { name, description, unit, kind, bounds } = instrument;
  const head = { name, description, unit };
  if (kind === "sum")
    return {
      ...head,
      kind,
      points: series.map(({ attributes, startNs, sum }) => ({ attributes, startNs, timeNs, value: sum })),
    };
  return {
    ...head,
    kind,
    points: series.flatMap(({ attributes, startNs, sum, histogram }) =>
      histogram === undefined ? [] : [{ attributes, startNs, timeNs, sum, bounds, ...histogramPoint(histogram) }],
    ),
  };
}

function keyOf(attributes: Attributes): string {
  let key = "";
  for (const name in attributes) key += `${name}\u0000${String(attributes[name])}\u0000`;
  return key;
}

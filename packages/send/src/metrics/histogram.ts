/** Measures by bucket: one more bucket than bounds. */
export interface HistogramState {
  count: number;
  min: number;
  max: number;
  readonly bucketCounts: number[];
}

export function emptyHistogram(bounds: readonly number[]): HistogramState {
  return { count: 0, min: Infinity, max: -Infinity, bucketCounts: new Array<number>(bounds.length + 1).fill(0) };
}

/** Counts a measure in the first bucket whose upper bound it does not exceed. */
export function record(histogram: HistogramState, bounds: readonly number[], value: number): void {
  histogram.count += 1;
  histogram.min = Math.min(histogram.min, value);
  histogram.max = Math.max(histogram.max, value);
  const found = bounds.findIndex((bound) => value <= bound);
  const bucket = found === -1 ? bounds.length : found;
  histogram.bucketCounts[bucket] = (histogram.bucketCounts[bucket] ?? 0) + 1;
}

/** As it goes out: a copy, for the state goes on. */
export function histogramPoint({ count, min, max, bucketCounts }: HistogramState): HistogramState {
  return { count, min, max, bucketCounts: [...bucketCounts] };
}

import type { Matcher } from "./expression.ts";
import type { Labels } from "./labels.ts";

/** A series as a store has it, oldest first. */
export interface Series {
  readonly labels: Labels;
  /** Unix milliseconds. */
  readonly times: Float64Array;
  readonly values: Float64Array;
  /** When the series was said to have ended: from then on it has no value until its next sample. */
  readonly ends: Float64Array;
}

/** Reads the series that match, with their samples from one moment to another, both included. */
export type SeriesSource = (matchers: readonly Matcher[], fromMs: number, toMs: number) => Promise<readonly Series[]>;

/** How many of these ascending times are not after a moment. */
export function countUpTo(times: Float64Array, atMs: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Index of the sample that a series shows at a moment; -1 where it shows none: too old, or the series ended since. */
export function shownAt({ times, ends }: Series, atMs: number, lookbackMs: number): number {
  const index = countUpTo(times, atMs) - 1;
  const time = times[index];
  if (time === undefined || time <= atMs - lookbackMs) return -1;
  const end = ends[countUpTo(ends, atMs) - 1];
  return end !== undefined && end > time ? -1 : index;
}

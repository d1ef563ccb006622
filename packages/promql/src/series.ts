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

/** The same, beginning where the last answer was: who goes from moment to moment moves by a few samples. */
export function countFrom(last: number, times: ArrayLike<number>, atMs: number): number {
  let count = last;
  while (count < times.length && (times[count] ?? 0) <= atMs) count += 1;
  while (count > 0 && (times[count - 1] ?? 0) > atMs) count -= 1;
  return count;
}

/** Index of the sample that a series shows at a moment up to which it has so many samples; -1 where it shows none: too old, or the series ended since. */
export function shownAt({ times, ends }: Series, count: number, atMs: number, lookbackMs: number): number {
  const index = count - 1;
  const time = times[index];
  if (time === undefined || time <= atMs - lookbackMs) return -1;
  if (ends.length === 0) return index;
  const end = ends[countUpTo(ends, atMs) - 1];
  return end !== undefined && end > time ? -1 : index;
}

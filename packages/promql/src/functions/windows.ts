import { quantileOf } from "../quantile.ts";
import type { Window } from "../value.ts";
import { ofWindows, type PromqlFunction } from "./function.ts";

const NONE = Number.NaN;

function valuesOf({ values, begin, end }: Window): number[] {
  const list: number[] = [];
  for (let index = begin; index < end; index += 1) list.push(values[index] ?? NONE);
  return list;
}

const first = ({ values, begin }: Window) => values[begin] ?? NONE;
const last = ({ values, end }: Window) => values[end - 1] ?? NONE;

/** Kahan's sum: what the last digits lose is carried along. */
function sumOf(values: readonly number[]): number {
  let sum = 0;
  let lost = 0;
  for (const value of values) {
    const next = sum + value;
    if (Number.isFinite(next)) lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum;
    sum = next;
  }
  return sum + lost;
}

function meanOf(values: readonly number[]): number {
  return sumOf(values) / values.length;
}

function varianceOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return sumOf(values.map((value) => (value - mean) ** 2)) / values.length;
}

/** The extreme that beats all others; what is no number is beaten by everything. */
function extremeOf(values: readonly number[], beats: (a: number, b: number) => boolean): number {
  return values.reduce((best, value) => (Number.isNaN(best) || beats(value, best) ? value : best), NONE);
}

/** How often a value differs from the one before. */
function countSteps(values: readonly number[], counts: (before: number, now: number) => boolean): number {
  return values.filter((value, index) => index > 0 && counts(values[index - 1] ?? NONE, value)).length;
}

const both = (a: number, b: number) => Number.isNaN(a) && Number.isNaN(b);

/** Line through the samples by least squares: its slope per second, and its value at a moment. */
function lineThrough(
  { times, values, begin, end }: Window,
  atMs: number,
): { slope: number; intercept: number } | undefined {
  const count = end - begin;
  if (count < 2) return undefined;
  const xs = Array.from({ length: count }, (_, index) => ((times[begin + index] ?? 0) - atMs) / 1000);
  const ys = Array.from({ length: count }, (_, index) => values[begin + index] ?? NONE);
  if (ys.every((value) => value === ys[0]))
    return Number.isFinite(ys[0]) ? { slope: 0, intercept: ys[0] ?? NONE } : { slope: NONE, intercept: NONE };
  const [meanX, meanY] = [meanOf(xs), meanOf(ys)];
  const slope =
    sumOf(xs.map((x, index) => (x - meanX) * ((ys[index] ?? NONE) - meanY))) / sumOf(xs.map((x) => (x - meanX) ** 2));
  return { slope, intercept: meanY - slope * meanX };
}

/** Functions of the values of a window. */
export const WINDOW_FUNCTIONS: Readonly<Record<string, PromqlFunction>> = {
  avg_over_time: ofWindows((window) => meanOf(valuesOf(window))),
  sum_over_time: ofWindows((window) => sumOf(valuesOf(window))),
  min_over_time: ofWindows((window) => extremeOf(valuesOf(window), (a, b) => a < b)),
  max_over_time: ofWindows((window) => extremeOf(valuesOf(window), (a, b) => a > b)),
  count_over_time: ofWindows(({ begin, end }) => end - begin),
  last_over_time: ofWindows(last, "none", true),
  first_over_time: ofWindows(first, "none", true),
  present_over_time: ofWindows(() => 1),
  stddev_over_time: ofWindows((window) => Math.sqrt(varianceOf(valuesOf(window)))),
  stdvar_over_time: ofWindows((window) => varianceOf(valuesOf(window))),
  quantile_over_time: ofWindows((window, _, level) => quantileOf(level, valuesOf(window)), "before"),
  changes: ofWindows((window) => countSteps(valuesOf(window), (before, now) => before !== now && !both(before, now))),
  resets: ofWindows((window) => countSteps(valuesOf(window), (before, now) => now < before)),
  deriv: ofWindows((window) => lineThrough(window, window.times[window.begin] ?? 0)?.slope),
  predict_linear: ofWindows((window, _, seconds, { atMs }) => {
    const line = lineThrough(window, atMs);
    return line === undefined ? undefined : line.intercept + line.slope * seconds;
  }, "behind"),
};

import type { Series } from "@weir/promql";

/** When, and what; oldest first where nothing else is said. */
export type Samples = Pick<Series, "times" | "values">;

/**
 * Samples in order of their times; of several at one time the last stands. They come as a few runs that are in order by themselves, an hour or an insert each: those are joined two by two, which
 * looks at each sample a few times, where sorting would call a function for every comparison.
 */
export function inOrder(samples: Samples): Samples {
  let begins = runsOf(samples.times);
  if (begins.length <= 1) return samples;
  const length = samples.times.length;
  let from: Samples = { times: samples.times.slice(), values: samples.values.slice() };
  let into: Samples = { times: new Float64Array(length), values: new Float64Array(length) };
  while (begins.length > 1) {
    for (let run = 0; run < begins.length; run += 2)
      joinRuns(from, into, begins[run] ?? 0, begins[run + 1] ?? length, begins[run + 2] ?? length);
    [from, into] = [into, from];
    begins = begins.filter((_, run) => run % 2 === 0);
  }
  return lastOfEach(from);
}

/** Where runs of ascending times begin; one where all are in order. */
function runsOf(times: Float64Array): number[] {
  const begins = [0];
  for (let index = 1; index < times.length; index += 1) {
    if ((times[index] ?? 0) <= (times[index - 1] ?? 0)) begins.push(index);
  }
  return begins;
}

/** Writes two neighbouring runs as one; of equal times the second run's comes later. */
function joinRuns(from: Samples, into: Samples, begin: number, middle: number, end: number): void {
  let [left, right] = [begin, middle];
  for (let at = begin; at < end; at += 1) {
    const takesLeft = left < middle && (right >= end || (from.times[left] ?? 0) <= (from.times[right] ?? 0));
    const taken = takesLeft ? left++ : right++;
    into.times[at] = from.times[taken] ?? 0;
    into.values[at] = from.values[taken] ?? 0;
  }
}

/** Of samples at the same time the last. */
function lastOfEach({ times, values }: Samples): Samples {
  let count = 0;
  for (let index = 0; index < times.length; index += 1) {
    if (times[index] === times[index + 1]) continue;
    times[count] = times[index] ?? 0;
    values[count] = values[index] ?? 0;
    count += 1;
  }
  return { times: times.subarray(0, count), values: values.subarray(0, count) };
}

/** What lies between two moments, both included. */
export function inTime({ times, values }: Samples, fromMs: number, toMs: number): Samples {
  if (times.length === 0 || ((times[0] ?? 0) >= fromMs && (times.at(-1) ?? 0) <= toMs)) return { times, values };
  const from = times.findIndex((time) => time >= fromMs);
  const begin = from < 0 ? times.length : from;
  const end = times.findLastIndex((time) => time <= toMs) + 1;
  return { times: times.subarray(begin, end), values: values.subarray(begin, end) };
}

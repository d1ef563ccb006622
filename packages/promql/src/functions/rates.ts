import type { Matrix, Window } from "../value.ts";
import { ofWindows, type PromqlFunction } from "./function.ts";

const at = (list: ArrayLike<number>, index: number) => list[index] ?? Number.NaN;

/** What a window gained: its last value less its first, and what a counter had before each time that it began again. */
function gained({ values, begin, end }: Window, isCounter: boolean): number {
  let sum = at(values, end - 1) - at(values, begin);
  if (!isCounter) return sum;
  let before = at(values, begin);
  for (let index = begin + 1; index < end; index += 1) {
    const value = at(values, index);
    if (value < before) sum += before;
    before = value;
  }
  return sum;
}

/**
 * What a window gained, drawn out to the whole window as Prometheus does: to its ends where the samples come near to them, else by half a step; a counter is not drawn out to
 * before it was zero.
 */
function extrapolated(window: Window, { fromMs, toMs }: Matrix, isCounter: boolean): number | undefined {
  const { times, values, begin, end } = window;
  const count = end - begin;
  if (count < 2) return undefined;
  const gain = gained(window, isCounter);
  const sampledSeconds = (at(times, end - 1) - at(times, begin)) / 1000;
  const stepSeconds = sampledSeconds / (count - 1);
  const near = stepSeconds * 1.1;
  const reach = (seconds: number) => (seconds >= near ? stepSeconds / 2 : seconds);
  let before = reach((at(times, begin) - fromMs) / 1000);
  const firstValue = at(values, begin);
  if (isCounter && gain > 0 && firstValue >= 0) before = Math.min(before, sampledSeconds * (firstValue / gain));
  const behind = reach((toMs - at(times, end - 1)) / 1000);
  return gain * ((sampledSeconds + before + behind) / sampledSeconds);
}

/** The last two samples: what came from one to the other, and how long that took. */
function lastStep(
  { times, values, begin, end }: Window,
  isCounter: boolean,
): { gain: number; seconds: number } | undefined {
  if (end - begin < 2) return undefined;
  const [before, now] = [at(values, end - 2), at(values, end - 1)];
  const seconds = (at(times, end - 1) - at(times, end - 2)) / 1000;
  return seconds === 0 ? undefined : { gain: isCounter && now < before ? now : now - before, seconds };
}

/** Functions of how a window's values grow. */
export const RATE_FUNCTIONS: Readonly<Record<string, PromqlFunction>> = {
  rate: ofWindows((window, matrix) => {
    const gain = extrapolated(window, matrix, true);
    return gain === undefined ? undefined : gain / ((matrix.toMs - matrix.fromMs) / 1000);
  }),
  increase: ofWindows((window, matrix) => extrapolated(window, matrix, true)),
  delta: ofWindows((window, matrix) => extrapolated(window, matrix, false)),
  irate: ofWindows((window) => {
    const step = lastStep(window, true);
    return step === undefined ? undefined : step.gain / step.seconds;
  }),
  idelta: ofWindows((window) => lastStep(window, false)?.gain),
};

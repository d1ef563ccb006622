import { NS_PER_MS } from "@weir/base";
import type { Backoff } from "@weir/model";

/** A back-off that fits the waits between attempts. */
export interface FittedBackoff {
  readonly backoff: Backoff;
  readonly baseNs?: number;
  readonly factor?: number;
}

/** Waits below this are none: the client tries again as soon as it knows of the failure. */
const IMMEDIATE_NS = 5 * NS_PER_MS;
/** Waits that differ by no more than this share of their mean are the same wait: timers and scheduling add that much. */
const FIXED_SPREAD = 0.1;
/** Growth from wait to wait from which it is exponential. */
const MIN_FACTOR = 1.3;
/** How far single factors may lie from their mean where there is no chance in it. */
const FACTOR_SPREAD = 0.15;

/** Fits how a client waits to the gaps between its attempts, in nanoseconds and in order. One gap tells only whether there is a wait at all. */
export function fitBackoff(gapsNs: readonly number[]): FittedBackoff {
  const [first] = gapsNs;
  if (first === undefined) return { backoff: "unknown" };
  if (gapsNs.some((gap) => gap < 0)) return { backoff: "overlapping" };
  if (gapsNs.every((gap) => gap < IMMEDIATE_NS)) return { backoff: "immediate" };
  if (gapsNs.length < 2) return { backoff: "unknown", baseNs: first };
  const mean = gapsNs.reduce((sum, gap) => sum + gap, 0) / gapsNs.length;
  if (gapsNs.every((gap) => Math.abs(gap - mean) <= mean * FIXED_SPREAD)) return { backoff: "fixed", baseNs: mean };
  const factor = meanFactor(gapsNs);
  if (factor < MIN_FACTOR) return { backoff: "jitter", baseNs: mean };
  return { backoff: isSteady(gapsNs, factor) ? "exponential" : "exponentialJitter", baseNs: first, factor };
}

/** Mean growth from wait to wait: the slope of the waits' logarithms by least squares. */
function meanFactor(gapsNs: readonly number[]): number {
  const logs = gapsNs.map((gap) => Math.log(Math.max(gap, 1)));
  const middle = (logs.length - 1) / 2;
  const meanLog = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  let above = 0;
  let below = 0;
  for (const [index, log] of logs.entries()) {
    above += (index - middle) * (log - meanLog);
    below += (index - middle) ** 2;
  }
  return Math.exp(above / below);
}

function isSteady(gapsNs: readonly number[], factor: number): boolean {
  return gapsNs.every((gap, index) => {
    const before = gapsNs[index - 1];
    return before === undefined || Math.abs(gap / before - factor) <= factor * FACTOR_SPREAD;
  });
}

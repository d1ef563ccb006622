import { WeirError } from "@weir/base";
import type { TailSamplingOptions } from "./hub/receivers/sampling/tail-sampler.ts";

/** How traces are sampled, as it is written: by options of the command line, and under the same names in the configuration file. */
export interface SamplingWords {
  /** Traces that are kept beside those that are kept in any case: `100/s`, `30/m`. */
  readonly traceBudget?: string | undefined;
  /** Length of a round: `10s`, `2m`. */
  readonly traceWait?: string | undefined;
}

/** What each is called in the configuration file, and how it is written. */
export const SAMPLING_FORMS: Readonly<Record<keyof SamplingWords, string>> = {
  traceBudget: 'a number of traces: "100/s", or "30/m"',
  traceWait: 'a time to wait: "10s", from 1s to 5m',
};

const MS_PER_UNIT: Readonly<Record<string, number>> = { s: 1_000, m: 60_000 };
const DEFAULT_WAIT = "10s";
const LEAST_ROUND_MS = 1_000;
const LONGEST_ROUND_MS = 5 * 60_000;

/** True where a value can be what its name says. */
export function isSamplingWord(name: keyof SamplingWords, text: string): boolean {
  return (name === "traceBudget" ? tracesPerSecondOf(text) : roundMsOf(text)) !== undefined;
}

/** Reads what was written; undefined where all traces are kept. Throws USAGE for what cannot be. */
export function samplingOptions({ traceBudget, traceWait }: SamplingWords): TailSamplingOptions | undefined {
  if (traceBudget === undefined) {
    if (traceWait === undefined) return undefined;
    throw new WeirError(
      "USAGE",
      "there is a time to wait, and no number of traces to keep",
      "Give --trace-budget as well, or traceBudget in the configuration's section sampling",
    );
  }
  const tracesPerSecond = tracesPerSecondOf(traceBudget);
  if (tracesPerSecond === undefined)
    throw new WeirError("USAGE", `"${traceBudget}" is no number of traces`, "Write it as 100/s, or 30/m");
  const roundMs = roundMsOf(traceWait ?? DEFAULT_WAIT);
  if (roundMs === undefined)
    throw new WeirError("USAGE", `"${traceWait}" is no time to wait`, "Write it as 10s: from 1s to 5m");
  return { tracesPerSecond, roundMs };
}

function tracesPerSecondOf(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)\/(s|m)$/.exec(text) ?? [];
  const perSecond = (Number(number) * 1_000) / (MS_PER_UNIT[unit] ?? 1);
  return perSecond > 0 ? perSecond : undefined;
}

function roundMsOf(text: string): number | undefined {
  const [, number, unit = ""] = /^(\d+(?:\.\d+)?)(s|m)$/.exec(text) ?? [];
  const roundMs = Number(number) * (MS_PER_UNIT[unit] ?? 1);
  return roundMs >= LEAST_ROUND_MS && roundMs <= LONGEST_ROUND_MS ? roundMs : undefined;
}

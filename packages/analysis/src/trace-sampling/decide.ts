import type { TraceInterest } from "./interest.ts";
import type { SamplingThreshold } from "./threshold.ts";

/** A trace whose spans have waited long enough. */
export interface WaitingTrace extends Readonly<TraceInterest> {
  readonly traceId: string;
  /** Its 56 random bits. */
  readonly randomness: bigint;
  /** Packets of it prove a finding, or show a failure. */
  readonly isEvidence: boolean;
}

/** Why a trace is kept. */
export const KEEP_REASONS = ["error", "evidence", "slow", "rare", "budget"] as const;
export type KeepReason = (typeof KEEP_REASONS)[number];

/** A kept trace, with the threshold that it passed: its spans stand for as many as that says. */
export interface KeptTrace {
  readonly reason: KeepReason;
  readonly threshold: SamplingThreshold;
}

/** Slow traces, and rare ones, may each take so much of the budget before the others. */
const SHARE_OF_SPECIAL = 0.25;

/**
 * Which of these traces are kept. Those with errors and with evidence all are. Of the others those with the most random bits are, as many as the budget has room for; the bits of the first that is left out are
 * the threshold of those that stay. Given all other traces, each is kept with exactly the probability that this threshold says (bottom-k sampling: Cohen and Kaplan, "Summarizing data using
 * bottom-k sketches", PODC 2007), so that estimates are unbiased although the budget is held to the trace. What a trace is kept for does not depend on its random bits.
 */
export function decideTraces(traces: readonly WaitingTrace[], budget: number): ReadonlyMap<string, KeptTrace> {
  const kept = new Map<string, KeptTrace>();
  const by = { error: [], evidence: [], slow: [], rare: [], budget: [] } as Record<KeepReason, WaitingTrace[]>;
  for (const trace of traces) by[reasonOf(trace)].push(trace);
  for (const reason of ["error", "evidence"] as const)
    for (const { traceId } of by[reason]) kept.set(traceId, { reason, threshold: 0n });
  let room = budget;
  for (const reason of ["slow", "rare", "budget"] as const) {
    const most = reason === "budget" ? room : Math.floor(budget * SHARE_OF_SPECIAL);
    room -= keepMostRandom(by[reason], Math.max(1, most), reason, kept);
  }
  return kept;
}

function reasonOf({ hasError, isEvidence, isSlow, isRare }: WaitingTrace): KeepReason {
  if (hasError) return "error";
  if (isEvidence) return "evidence";
  if (isSlow) return "slow";
  return isRare ? "rare" : "budget";
}

/** Keeps the `most` traces with the most random bits; tells how many that are. */
function keepMostRandom(
  traces: readonly WaitingTrace[],
  most: number,
  reason: KeepReason,
  kept: Map<string, KeptTrace>,
): number {
  const inOrder = traces.toSorted((a, b) => (a.randomness === b.randomness ? 0 : a.randomness > b.randomness ? -1 : 1));
  const leftOut = inOrder[most];
  const threshold = leftOut === undefined ? 0n : leftOut.randomness + 1n;
  const chosen = inOrder.slice(0, most).filter(({ randomness }) => randomness >= threshold);
  for (const { traceId } of chosen) kept.set(traceId, { reason, threshold });
  return chosen.length;
}

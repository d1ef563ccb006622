import type { JudgedConversation } from "./judged-conversation.ts";
import { Score } from "./score.ts";
import { otherSide, type SideName } from "./segment.ts";

const SIDES: readonly SideName[] = ["client", "server"];

/** Numbers of something, which each side has; as the truth names them and as a connection does, after its side. */
export const COUNTS = {
  fastRetransmissions: "FastRetransmissions",
  timeoutRetransmissions: "TimeoutRetransmissions",
  tailLossProbes: "TailLossProbes",
  spuriousRetransmissions: "SpuriousRetransmissions",
  retransmittedBytes: "RetransmittedBytes",
  lostBefore: "LostBefore",
  lostAfter: "LostAfter",
  notCapturedBytes: "NotCapturedBytes",
  copies: "Copies",
  sackBlocks: "SackBlocks",
  duplicateSacks: "DuplicateSacks",
  congestionMarks: "CongestionMarks",
  congestionEchoes: "CongestionEchoes",
  congestionReduced: "CongestionReduced",
} as const;
export type CountFact = keyof typeof COUNTS;

/** How well a count agrees, over both sides of many conversations. */
export function countScore(conversations: readonly JudgedConversation[], fact: CountFact): Score {
  const score = new Score();
  for (const { health, truth } of conversations)
    for (const side of SIDES) score.addCounts(health[`${side}${COUNTS[fact]}`], truth.visible[side][fact]);
  return score;
}

/** A measured size or time: what is so and what is said, for each connection or side that has it. */
interface Measurement {
  readonly so: number | undefined;
  readonly said: number | undefined;
}

type SideMeasure = "largestSegmentBytes" | "maxBytesInFlight" | "minWindowBytes" | "meanWindowBytes" | "maxWindowBytes";
const SIDE_MEASURES = {
  largestSegmentBytes: "LargestSegmentBytes",
  maxBytesInFlight: "MaxBytesInFlight",
  minWindowBytes: "MinWindowBytes",
  meanWindowBytes: "MeanWindowBytes",
  maxWindowBytes: "MaxWindowBytes",
} as const satisfies Record<SideMeasure, string>;

const ofSides = (fact: SideMeasure) => (conversation: JudgedConversation) =>
  SIDES.map((side) => ({
    so: conversation.truth.visible[side][fact],
    said: conversation.health[`${side}${SIDE_MEASURES[fact]}`],
  }));

/** Round trips of what a side sent, as the vantage sees them: with what the other host waited before it answered. */
const roundTrips =
  (of: (sorted: readonly number[]) => number, what: "MinNs" | "MeanNs" | "MaxNs" | "P50Ns" | "P95Ns" | "P99Ns") =>
  ({ truth, health }: JudgedConversation) =>
    SIDES.map((side): Measurement => {
      const sorted = truth[side].roundTrips.visibleNs.toSorted((a, b) => a - b);
      const way = otherSide(side) === "server" ? "rttServer" : "rttClient";
      // A percentile of a handful of samples says nothing.
      return { so: sorted.length < 5 ? undefined : of(sorted), said: health[`${way}${what}`] };
    });

/** Sizes and times, with how they are taken from a conversation. */
export const MEASURES = {
  largestSegmentBytes: ofSides("largestSegmentBytes"),
  maxBytesInFlight: ofSides("maxBytesInFlight"),
  minWindowBytes: ofSides("minWindowBytes"),
  meanWindowBytes: ofSides("meanWindowBytes"),
  maxWindowBytes: ofSides("maxWindowBytes"),
  rttMinNs: roundTrips((sorted) => sorted[0]!, "MinNs"),
  rttMeanNs: roundTrips(mean, "MeanNs"),
  rttP50Ns: roundTrips((sorted) => percentile(sorted, 0.5), "P50Ns"),
  rttP95Ns: roundTrips((sorted) => percentile(sorted, 0.95), "P95Ns"),
  rttMaxNs: roundTrips((sorted) => sorted.at(-1)!, "MaxNs"),
  thinkMeanNs: ({ truth: { turns }, health }) => [{ so: mean(turns.thinkNs), said: health.thinkMeanNs }],
  thinkMaxNs: ({ truth: { turns }, health }) => [{ so: Math.max(...turns.thinkNs), said: health.thinkMaxNs }],
  thinkSamples: ({ truth: { turns }, health }) => [{ so: turns.thinkNs.length, said: health.thinkSamples }],
  clientIdleMeanNs: ({ truth: { turns }, health }) => [{ so: mean(turns.clientIdleNs), said: health.clientIdleMeanNs }],
  clientIdleMaxNs: ({ truth: { turns }, health }) => [
    { so: Math.max(...turns.clientIdleNs), said: health.clientIdleMaxNs },
  ],
  clientIdleSamples: ({ truth: { turns }, health }) => [
    { so: turns.clientIdleNs.length, said: health.clientIdleSamples },
  ],
  longestStallNs: ({ truth: { turns }, health }) => [{ so: turns.longestStallNs, said: health.longestStallNs }],
} as const satisfies Record<string, (conversation: JudgedConversation) => readonly Measurement[]>;
export type Measure = keyof typeof MEASURES;

/** How far measured values are off: relative errors, 0 is exact. */
export interface MeasureErrors {
  readonly compared: number;
  /** Part of them within one percent. */
  readonly within1Percent: number;
  readonly median: number;
  readonly largest: number;
}

/** The errors of a measure, over many conversations; a value that is not said where there is one is off by all of it. */
export function measureErrors(conversations: readonly JudgedConversation[], measure: Measure): MeasureErrors {
  const errors: number[] = [];
  for (const { so, said } of conversations.flatMap(MEASURES[measure])) {
    if (so === undefined || !Number.isFinite(so)) continue;
    errors.push(so === 0 ? Math.min(1, said ?? 1) : Math.abs((said ?? 0) - so) / so);
  }
  errors.sort((a, b) => a - b);
  return {
    compared: errors.length,
    within1Percent: errors.filter((error) => error <= 0.01).length / Math.max(1, errors.length),
    median: errors.length === 0 ? 0 : percentile(errors, 0.5),
    largest: errors.at(-1) ?? 0,
  };
}

/** How many longest pauses are explained as the hosts do, of those that had a reason but the network's time. */
export function stallScore(conversations: readonly JudgedConversation[]): Score {
  const score = new Score();
  for (const { truth, health } of conversations) {
    const { longestStallReasons } = truth.turns;
    if (longestStallReasons.size === 0) continue;
    if (longestStallReasons.has(health.longestStallReason)) score.right += 1;
    else {
      score.unsaid += 1;
      if (health.longestStallReason !== "") score.wrong += 1;
    }
  }
  return score;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Nearest rank. */
function percentile(sorted: readonly number[], part: number): number {
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)]!;
}

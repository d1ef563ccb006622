import type { DDSketch } from "@datadog/sketches-js";
import { formatDurationNs, formatRatio } from "@weir/base";
import type { AnalysisConfig } from "../config.ts";
import type { TreeNode } from "../contract.ts";
import type { EvidenceCollector } from "../evidence.ts";
import { handshakeBand } from "../measures.ts";

/** Times of one edge. */
export interface Latency {
  readonly handshakeNs: DDSketch;
  /** Smallest round trip to the server, per connection. */
  readonly roundTripNs: DDSketch;
  /** From the end of a request to the first byte of its answer, per call. */
  readonly waitNs: DDSketch;
  segments: number;
  lost: number;
  zeroWindowNs: number;
  readonly slow: EvidenceCollector;
  readonly far: EvidenceCollector;
}

/** path: the handshake is slow; roundTrips: the wait is round trips; disturbed: loss or closed windows, which have findings of their own. */
export type SlowOutcome = "path" | "roundTrips" | "application" | "disturbed" | "fine" | "unmeasured";
type Node = TreeNode<Latency, SlowOutcome>;

/** What lies beyond the 95th percentile. */
const TAIL_RATIO = 0.05;

export function percentileNs(sketch: DDSketch, quantile: number): number | undefined {
  return sketch.count === 0 ? undefined : sketch.getValueAtQuantile(quantile);
}

export function slowTree(config: AnalysisConfig): Node {
  return {
    question: "Does the handshake already take long?",
    // Counted, not read from the sketch: its percentiles are off by up to 1 %, and a threshold is a threshold.
    test: ({ handshakeNs, far }) => (handshakeNs.count === 0 ? undefined : far.connectionCount * 2 > handshakeNs.count),
    measured: ({ handshakeNs }) =>
      `${textOf(percentileNs(handshakeNs, 0.5))} (median of ${handshakeNs.count}; ${bandOf(percentileNs(handshakeNs, 0.5), config)})`,
    threshold: `more than ${formatDurationNs(config.slowHandshakeNs)}`,
    yes: "path",
    no: waitNode(config),
  };
}

function waitNode(config: AnalysisConfig): Node {
  return {
    question: "Do answers let their clients wait?",
    test: ({ waitNs, slow }) => waitNs.count >= config.slowMinCalls && slow.callCount > waitNs.count * TAIL_RATIO,
    measured: ({ waitNs }) =>
      `${textOf(percentileNs(waitNs, 0.95))} to the first byte (95th percentile of ${waitNs.count} calls, median ${textOf(percentileNs(waitNs, 0.5))})`,
    threshold: `more than ${formatDurationNs(config.slowThinkNs)}, at least ${config.slowMinCalls} calls`,
    yes: {
      question: "Is the path disturbed, so that answers are late for another reason?",
      test: ({ segments, lost, zeroWindowNs }) =>
        zeroWindowNs > config.zeroWindowNs ||
        (lost >= config.lossMinResent && lost > segments * config.lossDegradedRatio),
      measured: ({ segments, lost, zeroWindowNs }) =>
        `${formatRatio(lost / Math.max(1, segments))} lost, ${formatDurationNs(zeroWindowNs)} at zero window`,
      threshold: "the thresholds of loss and zero window",
      yes: "disturbed",
      no: roundTripNode(config),
    },
    no: "fine",
  };
}

function roundTripNode(config: AnalysisConfig): Node {
  return {
    question: "Is the wait mostly the round trip?",
    test: ({ roundTripNs, waitNs }) => {
      const tripNs = percentileNs(roundTripNs, 0.5);
      const p95Ns = percentileNs(waitNs, 0.95);
      if (tripNs === undefined || p95Ns === undefined) return undefined;
      return tripNs >= p95Ns * config.slowPathShareRatio;
    },
    measured: ({ roundTripNs }) => `${textOf(percentileNs(roundTripNs, 0.5))} (median of ${roundTripNs.count})`,
    threshold: `at least ${formatRatio(config.slowPathShareRatio)} of the wait`,
    yes: "roundTrips",
    no: "application",
    unknown: "unmeasured",
  };
}

function textOf(valueNs: number | undefined): string {
  return valueNs === undefined ? "no sample" : formatDurationNs(valueNs);
}

function bandOf(handshakeNs: number | undefined, config: AnalysisConfig): string {
  return handshakeNs === undefined ? "connections began before the capture" : handshakeBand(handshakeNs, config);
}

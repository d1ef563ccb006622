import { DDSketch } from "@datadog/sketches-js";
import { formatDurationNs, formatRatio } from "@weir/base";
import type { Call, Connection, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { runTree } from "../tree.ts";

export const slowDescription: DetectorDescription = {
  rules: ["network.slow-path", "app.slow-response"],
  meaning:
    "Tells a slow network (the handshake already takes long) from a slow application (the handshake is quick, the first byte of the answer is late).",
  thresholds:
    "median handshake above 100 ms; 95th percentile of the server's thinking time above 1 s, with at least five calls",
  refutedBy:
    "the server's own trace or log that shows quick answers (then the time is lost on the way), or a capture at the server",
};

interface Latency {
  readonly handshakeNs: DDSketch;
  readonly thinkNs: DDSketch;
  segments: number;
  resent: number;
  zeroNs: number;
  calls: number;
  slowCalls: number;
  readonly slow: EvidenceCollector;
  readonly far: EvidenceCollector;
}

type Outcome = "path" | "application" | "disturbed" | "fine" | "unmeasured";

function treeOf(config: AnalysisConfig): TreeNode<Latency, Outcome> {
  const p = (sketch: DDSketch, quantile: number) =>
    sketch.count === 0 ? undefined : sketch.getValueAtQuantile(quantile);
  const text = (value: number | undefined) => (value === undefined ? "no sample" : formatDurationNs(value));
  const think: TreeNode<Latency, Outcome> = {
    question: "Is the server late with the first byte of its answers?",
    test: ({ thinkNs, calls }) =>
      calls < config.slowMinCalls ? undefined : (p(thinkNs, 0.95) ?? 0) > config.slowThinkNs,
    measured: ({ thinkNs, calls }) =>
      `${text(p(thinkNs, 0.95))} (95th percentile of ${calls} calls, median ${text(p(thinkNs, 0.5))})`,
    threshold: `more than ${formatDurationNs(config.slowThinkNs)}`,
    yes: {
      question: "Is the path disturbed, so that answers are late for another reason?",
      test: ({ segments, resent, zeroNs }) =>
        zeroNs > config.zeroWindowNs ||
        (resent >= config.lossMinResent && resent / Math.max(1, segments) > config.lossDegradedRatio),
      measured: ({ segments, resent, zeroNs }) =>
        `${formatRatio(resent / Math.max(1, segments))} sent again, ${formatDurationNs(zeroNs)} at zero window`,
      threshold: "the thresholds of loss and zero window",
      yes: "disturbed",
      no: "application",
    },
    no: "fine",
    unknown: "unmeasured",
  };
  return {
    question: "Does the handshake already take long?",
    test: ({ handshakeNs }) =>
      handshakeNs.count === 0 ? undefined : (p(handshakeNs, 0.5) ?? 0) > config.slowHandshakeNs,
    measured: ({ handshakeNs }) => `${text(p(handshakeNs, 0.5))} (median of ${handshakeNs.count})`,
    threshold: `more than ${formatDurationNs(config.slowHandshakeNs)}`,
    yes: "path",
    no: think,
    unknown: think,
  };
}

/** Slow, and whose fault it is: the path's or the application's. */
export class SlowDetector implements Detector {
  readonly rule = "slow";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Latency>(() => ({
    handshakeNs: new DDSketch({ relativeAccuracy: 0.01 }),
    thinkNs: new DDSketch({ relativeAccuracy: 0.01 }),
    segments: 0,
    resent: 0,
    zeroNs: 0,
    calls: 0,
    slowCalls: 0,
    slow: new EvidenceCollector(),
    far: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  connection(connection: Connection): void {
    if (connection.transport !== "tcp") return;
    const edge = this.#edges.of(connection);
    if (edge === undefined) return;
    edge.segments += connection.clientDataSegments + connection.serverDataSegments;
    edge.resent += connection.clientRetransmissions + connection.serverRetransmissions;
    edge.zeroNs += connection.clientZeroWindowNs + connection.serverZeroWindowNs;
    // A SYN that was sent again says more about loss than about distance.
    if (connection.handshakeNs === undefined || connection.synRetransmissions > 0) return;
    edge.handshakeNs.accept(connection.handshakeNs);
    if (connection.handshakeNs > this.#config.slowHandshakeNs) edge.far.connection(connection);
  }

  call(call: Call): void {
    if (call.transport !== "tcp" || call.protocol === "tls" || call.serverThinkNs === undefined) return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.calls += 1;
    edge.thinkNs.accept(call.serverThinkNs);
    if (call.serverThinkNs <= this.#config.slowThinkNs) return;
    edge.slowCalls += 1;
    edge.slow.call(call);
  }

  finish(captureId: string): Finding[] {
    const tree = treeOf(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const { outcome, steps } = runTree(tree, aggregate);
      if (outcome === "path") {
        const medianNs = aggregate.handshakeNs.getValueAtQuantile(0.5);
        return [
          makeFinding(edge, aggregate.far, {
            captureId,
            rule: "network.slow-path",
            severity: "warning",
            title: `${edgeName(edge)}: the path is slow, a handshake takes ${formatDurationNs(medianNs)}`,
            summary: `Half of the ${aggregate.handshakeNs.count} handshakes took longer than ${formatDurationNs(medianNs)}. No application is involved in them: the time is spent on the way.`,
            advice:
              "See whether other edges of the same client or server are slow too: the common end, zone or link is the place to look",
            refutedBy: "handshakes on the same path that are quick at the same time",
            steps,
            impact: aggregate.far.connectionCount / 2,
          }),
        ];
      }
      if (outcome !== "application") return [];
      const p95Ns = aggregate.thinkNs.getValueAtQuantile(0.95);
      return [
        makeFinding(edge, aggregate.slow, {
          captureId,
          rule: "app.slow-response",
          severity: "warning",
          title: `${edgeName(edge)}: ${edge.serverService} answers slowly, ${formatDurationNs(p95Ns)} at the 95th percentile`,
          summary: `${aggregate.slowCalls} of ${aggregate.calls} calls waited more than ${formatDurationNs(this.#config.slowThinkNs)} for the first byte, the round trip already subtracted. The path is quick: the time is spent in ${edge.serverService} or in what it waits for.`,
          advice: `Look at what ${edge.serverService} did for these calls: its own calls to others in the same time, its CPU, its locks`,
          refutedBy: slowDescription.refutedBy,
          steps,
          impact: aggregate.slowCalls,
        }),
      ];
    });
  }
}

import { DDSketch } from "@datadog/sketches-js";
import { formatDurationNs } from "@weir/base";
import type { Call, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { runTree } from "../tree.ts";

export const dnsSlowDescription: DetectorDescription = {
  rules: ["dns.slow"],
  meaning: "Name resolution that takes long.",
  thresholds: "95th percentile above 100 ms with at least five answers",
  refutedBy: "quick answers to the same questions, or a client that asks ahead and does not wait for them",
};

interface Answers {
  readonly durationNs: DDSketch;
  readonly slow: EvidenceCollector;
}

function treeOf(config: AnalysisConfig): TreeNode<Answers, "slow" | "fine"> {
  return {
    question: "Are there enough answers to judge?",
    test: ({ durationNs }) => (durationNs.count >= config.slowMinCalls ? true : undefined),
    measured: ({ durationNs }) => `${durationNs.count}`,
    threshold: `at least ${config.slowMinCalls}`,
    yes: {
      question: "Is the 95th percentile of answers slow?",
      // Counted, not read from the sketch: its percentiles are off by up to 1 %.
      test: ({ durationNs, slow }) => slow.callCount > durationNs.count * 0.05,
      measured: ({ durationNs }) => formatDurationNs(durationNs.getValueAtQuantile(0.95)),
      threshold: `more than ${formatDurationNs(config.dnsSlowNs)}`,
      yes: "slow",
      no: "fine",
    },
    no: "fine",
  };
}

/** Name resolution that takes long. */
export class DnsSlowDetector implements Detector {
  readonly rule = "dns.slow";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Answers>(() => ({
    durationNs: new DDSketch({ relativeAccuracy: 0.01 }),
    slow: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    if (call.protocol !== "dns" || call.durationNs === undefined) return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.durationNs.accept(call.durationNs);
    if (call.durationNs > this.#config.dnsSlowNs) edge.slow.call(call);
  }

  finish(captureId: string): Finding[] {
    const tree = treeOf(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const { outcome, steps } = runTree(tree, aggregate);
      if (outcome === "fine") return [];
      const { durationNs, slow } = aggregate;
      const [medianNs, p95Ns] = [durationNs.getValueAtQuantile(0.5), durationNs.getValueAtQuantile(0.95)];
      return [
        makeFinding(edge, slow, {
          captureId,
          rule: this.rule,
          severity: "warning",
          title: `${edgeName(edge)}: name resolution is slow, ${formatDurationNs(p95Ns)} at the 95th percentile`,
          summary: `${slow.callCount} of ${durationNs.count} answers took longer than ${formatDurationNs(this.#config.dnsSlowNs)}; the median is ${formatDurationNs(medianNs)}.`,
          advice:
            "Look at the resolver's cache and at the servers that it asks; names outside of its zone are asked elsewhere first",
          refutedBy: dnsSlowDescription.refutedBy,
          steps,
          impact: slow.callCount / 5,
        }),
      ];
    });
  }
}

import { formatDurationNs, formatRatio } from "@weir/base";
import type { Backoff, Call, Finding, Retry } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { Tally } from "../tally.ts";
import { runTree } from "../tree.ts";

export const retriesDescription: DetectorDescription = {
  rules: ["call.retries"],
  meaning:
    "Calls that a client tries again. Says whether the further attempts help, and whether the client waits between them: attempts at once, or none of which succeeds, only add load to a service that already fails.",
  thresholds: "at least 3 logical calls with further attempts and 2 % of the edge's logical calls",
  refutedBy: "a client whose own log shows that the calls were different ones",
};

interface Attempts {
  /** All calls, each attempt counted. */
  calls: number;
  /** Logical calls that took several attempts. */
  retried: number;
  /** Attempts beyond the first. */
  further: number;
  /** Of the retried ones, those that ended well. */
  rescued: number;
  /** Of the retried ones, those whose client does not wait. */
  atOnce: number;
  /** Longest that a caller waited for one logical call. */
  longestNs: number;
  readonly failures: Tally;
  readonly backoffs: Tally;
  readonly targets: Tally;
  readonly evidence: EvidenceCollector;
}
type Outcome = "few" | "storm" | "inVain" | "rescued";

const AT_ONCE: ReadonlySet<Backoff> = new Set(["immediate", "overlapping"]);

function treeOf(config: AnalysisConfig): TreeNode<Attempts, Outcome> {
  return {
    question: "Do enough calls need further attempts?",
    test: (attempts) =>
      attempts.retried >= config.retryMin && attempts.retried >= logicalCalls(attempts) * config.retryRatio,
    measured: (attempts) => `${attempts.retried} of ${logicalCalls(attempts)} logical calls`,
    threshold: `at least ${config.retryMin} and ${formatRatio(config.retryRatio)}`,
    yes: {
      question: "Does the client try again at once?",
      test: ({ atOnce, retried }) => atOnce * 2 > retried,
      measured: ({ backoffs }) => backoffs.top(),
      threshold: "more than half without a wait",
      yes: "storm",
      no: {
        question: "Do the further attempts help?",
        test: ({ rescued, retried }) => rescued * 2 > retried,
        measured: ({ rescued, retried }) => `${rescued} of ${retried} ended well`,
        threshold: "more than half",
        yes: "rescued",
        no: "inVain",
      },
    },
    no: "few",
  };
}

/** Clients that try again. */
export class RetriesDetector implements Detector {
  readonly rule = "call.retries";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Attempts>(() => ({
    calls: 0,
    retried: 0,
    further: 0,
    rescued: 0,
    atOnce: 0,
    longestNs: 0,
    failures: new Tally(),
    backoffs: new Tally(),
    targets: new Tally(),
    evidence: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.calls += 1;
    if (call.attempt > 1) edge.evidence.call(call);
  }

  retry(retry: Retry): void {
    const edge = this.#edges.of(retry);
    if (edge === undefined) return;
    edge.retried += 1;
    edge.further += retry.attempts - 1;
    if (retry.outcome === "ok") edge.rescued += 1;
    if (AT_ONCE.has(retry.backoff)) edge.atOnce += 1;
    edge.longestNs = Math.max(edge.longestNs, retry.durationNs);
    for (const failure of retry.failures) if (failure !== "") edge.failures.add(failure);
    edge.backoffs.add(backoffText(retry));
    edge.targets.add(`${retry.operation} ${retry.target.split("?")[0]}`);
  }

  finish(captureId: string): Finding[] {
    const tree = treeOf(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate: attempts }) => {
      const { outcome, steps } = runTree(tree, attempts);
      if (outcome === "few") return [];
      const { evidence, retried, further, longestNs } = attempts;
      const times = attempts.calls / Math.max(1, logicalCalls(attempts));
      const { says, advice } = wordsOf(outcome, edge);
      return [
        makeFinding(edge, evidence, {
          captureId,
          rule: this.rule,
          severity: outcome === "rescued" ? "info" : "warning",
          title: `${edgeName(edge)}: ${retried} calls tried again, ${times.toFixed(1)} times the load`,
          summary: `${retried} of ${logicalCalls(attempts)} logical calls took ${further} further attempts (after: ${attempts.failures.top()}). ${says} Waits: ${attempts.backoffs.top()}; a caller waited up to ${formatDurationNs(longestNs)}. Most hit: ${attempts.targets.top()}.`,
          advice,
          refutedBy: retriesDescription.refutedBy,
          steps,
          impact: further,
        }),
      ];
    });
  }
}

function logicalCalls({ calls, further }: Attempts): number {
  return Math.max(1, calls - further);
}

function backoffText({ backoff, backoffBaseNs, backoffFactor }: Retry): string {
  const base = backoffBaseNs === undefined ? "" : ` from ${formatDurationNs(backoffBaseNs)}`;
  return `${backoff}${backoffFactor === undefined ? base : `${base} by ${backoffFactor.toFixed(1)}`}`;
}

function wordsOf(outcome: Exclude<Outcome, "few">, { clientService, serverService }: Edge) {
  switch (outcome) {
    case "storm":
      return {
        says: `${clientService} tries again without waiting, which adds to what ${serverService} fails under.`,
        advice: `Give ${clientService} a back-off with jitter and a retry budget, then look at why ${serverService} fails`,
      };
    case "inVain":
      return {
        says: "Most of them failed to the end: the attempts only add load and waiting.",
        advice: `Look at why ${serverService} fails; stop trying again what cannot succeed`,
      };
    case "rescued":
      return {
        says: "Most of them ended well: callers see slowness instead of errors.",
        advice: `Look at what fails first attempts at ${serverService}: these failures are hidden from its callers' error rates`,
      };
    default:
      return outcome satisfies never;
  }
}

import { formatDurationNs } from "@weir/base";
import type { Call, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription } from "../contract.ts";
import { EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";

export const clientTimeoutDescription: DetectorDescription = {
  rules: ["call.client-timeout"],
  meaning:
    "The time after which a client gives a call up, inferred: many calls without an answer were ended by the client after the same time.",
  thresholds: "at least 5 calls, and half of those that the client ended, within 5 % of one another",
  refutedBy: "the client's configuration with another time-out, or users who went away by chance after the same time",
};

interface GivenUp {
  /** How long each call was waited for, in nanoseconds; the first so many. */
  readonly waitsNs: number[];
  readonly evidence: EvidenceCollector;
}

/** Waits kept per edge; more would say the same. */
const MAX_WAITS = 1_000;
/** Waits this far apart, as a share, are the same time-out: timers and scheduling add that much. */
const SPREAD = 0.05;

/** Infers the time-outs of clients. */
export class ClientTimeoutDetector implements Detector {
  readonly rule = "call.client-timeout";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<GivenUp>(() => ({ waitsNs: [], evidence: new EvidenceCollector() }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    if (call.endedBy !== "client" || call.abandonedAfterNs === undefined) return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.evidence.call(call);
    if (edge.waitsNs.length < MAX_WAITS) edge.waitsNs.push(call.abandonedAfterNs);
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].flatMap(({ edge, aggregate: { waitsNs, evidence } }) => {
      const { count, middleNs } = densest(waitsNs);
      const isEnough = count >= this.#config.clientTimeoutMin && count * 2 >= waitsNs.length;
      if (!isEnough) return [];
      const measured = `${count} of ${waitsNs.length} after ${formatDurationNs(middleNs)}`;
      return [
        makeFinding(edge, evidence, {
          captureId,
          rule: this.rule,
          severity: "info",
          title: `${edgeName(edge)}: ${edge.clientService} gives up after ${formatDurationNs(middleNs)}`,
          summary: `${edge.clientService} ended ${waitsNs.length} calls before an answer came, ${count} of them ${formatDurationNs(middleNs)} after their request, within 5 %: that is its time-out.`,
          advice: `Compare with how long ${edge.serverService} takes: a time-out below that fails calls which would have succeeded`,
          refutedBy: clientTimeoutDescription.refutedBy,
          steps: [
            {
              question: "Does the client give up after the same time again and again?",
              measured,
              threshold: `at least ${this.#config.clientTimeoutMin} and half of them, within 5 %`,
              outcome: "taken",
            },
          ],
          impact: 0,
        }),
      ];
    });
  }
}

/** The most values that lie within the spread of one another, and their middle. */
function densest(values: readonly number[]): { readonly count: number; readonly middleNs: number } {
  const sorted = [...values].sort((a, b) => a - b);
  let count = 0;
  let middleNs = 0;
  let from = 0;
  for (const [to, value] of sorted.entries()) {
    while ((sorted[from] ?? value) < value * (1 - SPREAD)) from += 1;
    if (to - from + 1 <= count) continue;
    count = to - from + 1;
    middleNs = sorted[(from + to) >> 1] ?? 0;
  }
  return { count, middleNs };
}

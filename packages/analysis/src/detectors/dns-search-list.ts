import { formatRatio } from "@weir/base";
import type { Call, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { EdgeMap, edgeName } from "../edges.ts";
import { makeFinding } from "../finding.ts";
import { runTree } from "../tree.ts";
import { MissingNames } from "./missing-names.ts";

export const dnsSearchListDescription: DetectorDescription = {
  rules: ["dns.search-list"],
  meaning:
    "Questions that a resolver's search list wastes: a name is tried with one suffix after the other, and all but the last do not exist. Each costs a round trip before the client may connect.",
  thresholds: "20 such questions, and a third of all",
  refutedBy: "the same names asked for with a dot at their end (or with ndots lowered), and no such questions any more",
};

interface Resolution {
  questions: number;
  readonly missing: MissingNames;
}

function treeOf({ dnsSearchListMin, dnsSearchListRatio }: AnalysisConfig): TreeNode<Resolution, "waste" | "fine"> {
  return {
    question: "Are many questions asked in vain before the name that exists?",
    test: ({ questions, missing: { noiseCount } }) =>
      noiseCount >= dnsSearchListMin && noiseCount >= questions * dnsSearchListRatio,
    measured: ({ questions, missing: { noiseCount } }) => `${noiseCount} of ${questions}`,
    threshold: `at least ${dnsSearchListMin}, and ${formatRatio(dnsSearchListRatio)} of the questions`,
    yes: "waste",
    no: "fine",
  };
}

/** Questions that a search list wastes. Per edge: a client's resolver asks for each name from another port. */
export class DnsSearchListDetector implements Detector {
  readonly rule = "dns.search-list";
  readonly #config: AnalysisConfig;
  readonly #edges: EdgeMap<Resolution>;

  constructor(config: AnalysisConfig) {
    this.#config = config;
    this.#edges = new EdgeMap(() => ({ questions: 0, missing: new MissingNames(BigInt(config.dnsSearchListNs)) }));
  }

  call(call: Call): void {
    if (call.protocol !== "dns") return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.questions += 1;
    edge.missing.call(call);
  }

  finish(captureId: string): Finding[] {
    const tree = treeOf(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const { outcome, steps } = runTree(tree, aggregate);
      if (outcome === "fine") return [];
      const { questions, missing } = aggregate;
      return [
        makeFinding(edge, missing.noise, {
          captureId,
          rule: this.rule,
          severity: "info",
          title: `${edgeName(edge)}: the search list wastes ${formatRatio(missing.noiseCount / questions)} of the DNS questions`,
          summary: `${missing.noiseCount} of ${questions} questions were for names that do not exist, before or beside one with another suffix that does. Most looked for: ${missing.noiseLabels.top()}.`,
          advice:
            "Write names of other domains with a dot at their end, lower ndots (Kubernetes: dnsConfig), or shorten the search list",
          refutedBy: dnsSearchListDescription.refutedBy,
          steps,
          impact: missing.noiseCount / 20,
        }),
      ];
    });
  }
}

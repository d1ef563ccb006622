import type { DisagreementSubject, Finding } from "@weir/model";
import type { AnalysisConfig } from "../../config.ts";
import type { DetectorDescription, TreeNode } from "../../contract.ts";
import type { Contradiction, EdgeJoin } from "./edge-join.ts";
import { joinFinding } from "./join-finding.ts";
import type { JoinSummary } from "./join-summary.ts";

export const contradictionDescription: DetectorDescription = {
  rules: ["join.status", "join.outcome", "join.method", "join.peer", "join.duration"],
  meaning:
    "Spans and packets of the same exchanges contradict each other: in the status code, in whether it worked, in the method, in who was asked, or in how long it took. Whoever reads only the spans is misled.",
  thresholds: "3 exchanges of an edge",
  refutedBy: "packets of these exchanges that say what the spans say: look at the first of the evidence",
};

interface Subject {
  readonly contradiction: Contradiction;
  readonly of: EdgeJoin;
}

const WORDS: Readonly<Record<DisagreementSubject, string>> = {
  status: "another status",
  outcome: "another outcome",
  method: "another method",
  peer: "another server",
  duration: "another duration",
};

function treeOf({ joinContradictedMin }: AnalysisConfig): TreeNode<Subject, "trouble" | "fine"> {
  return {
    question: "Do spans and packets contradict each other again and again?",
    test: ({ contradiction }) => contradiction.evidence.count >= joinContradictedMin,
    measured: ({ contradiction, of }) => `${contradiction.evidence.count} of ${of.exchanges} exchanges`,
    threshold: `at least ${joinContradictedMin}`,
    yes: "trouble",
    no: "fine",
  };
}

/** Edges on which spans say otherwise than packets. */
export function judgeContradictions({ edges }: JoinSummary, config: AnalysisConfig): Finding[] {
  const tree = treeOf(config);
  return [...edges.values()].flatMap((of) =>
    [...of.contradictions].flatMap(([subject, contradiction]) =>
      joinFinding(
        { contradiction, of },
        { tree, evidence: contradiction.evidence, edge: of.edge, say: () => judgement(subject, contradiction, of) },
      ),
    ),
  );
}

function judgement(subject: DisagreementSubject, { first, evidence }: Contradiction, { edge, exchanges }: EdgeJoin) {
  const { clientService, serverService } = edge;
  const reporter = first.end === "client" ? clientService : serverService;
  const hidesFailure = subject === "status" || subject === "outcome";
  return {
    rule: `join.${subject}`,
    severity: hidesFailure ? ("warning" as const) : ("info" as const),
    title: `${clientService} → ${serverService}: ${reporter} reports "${first.span}", the wire says "${first.wire}"`,
    summary: `The ${first.end}'s spans of ${evidence.count} of ${exchanges} exchanges tell ${WORDS[subject]} than their packets do; the first says "${first.span}" where the wire has "${first.wire}".`,
    advice: hidesFailure
      ? `Have ${reporter} set its spans' status from what really came back: alerts on spans do not see these`
      : `Look at how ${reporter} makes these spans, and believe the packets meanwhile`,
    refutedBy: contradictionDescription.refutedBy,
    impact: evidence.count / (hidesFailure ? 5 : 50),
  };
}

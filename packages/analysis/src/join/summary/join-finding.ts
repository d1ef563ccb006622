import type { Finding } from "@weir/model";
import type { TreeNode } from "../../contract.ts";
import { type Judgement, makeFinding } from "../../finding.ts";
import { runTree } from "../../tree.ts";
import type { JoinedEdge } from "./edge-join.ts";
import type { ExchangeEvidence } from "./evidence.ts";

/** A question about joined traces, and what a yes means. */
interface JoinQuestion<Subject> {
  readonly tree: TreeNode<Subject, "trouble" | "fine">;
  readonly evidence: ExchangeEvidence;
  readonly edge: JoinedEdge;
  say(subject: Subject): Omit<Judgement, "captureId" | "steps">;
}

/** The finding, where the question is answered with yes and packets prove it. */
export function joinFinding<Subject>(subject: Subject, question: JoinQuestion<Subject>): Finding[] {
  const { tree, evidence, edge } = question;
  const { outcome, steps } = runTree(tree, subject);
  if (outcome === "fine" || evidence.captureId === "") return [];
  const judgement = { ...question.say(subject), captureId: evidence.captureId, steps };
  const finding = makeFinding(edge, evidence.records, judgement);
  return [{ ...finding, evidence: { ...finding.evidence, spans: evidence.spans } }];
}

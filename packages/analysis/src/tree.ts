import type { TreeStep } from "@weir/model";
import type { TreeNode, Verdict } from "./contract.ts";

/** Runs a decision tree on a subject: where it arrives, and each question on the way with its answer. */
export function runTree<Subject, Outcome extends string>(
  root: TreeNode<Subject, Outcome>,
  subject: Subject,
): Verdict<Outcome> {
  const steps: TreeStep[] = [];
  let at: TreeNode<Subject, Outcome> | Outcome = root;
  while (typeof at !== "string") {
    const answer = at.test(subject);
    steps.push({
      question: at.question,
      measured: at.measured(subject),
      threshold: at.threshold,
      outcome: answer === undefined ? "cannotTell" : answer ? "taken" : "ruledOut",
    });
    at = answer === undefined ? (at.unknown ?? at.no) : answer ? at.yes : at.no;
  }
  return { outcome: at, steps };
}

import type { TreeStep } from "@weir/model";
import type { TreeNode, Verdict } from "./contract.ts";

type Branch<Subject, Outcome> = TreeNode<Subject, Outcome> | Outcome;

/** A question of a {@link chain}: where it is answered with no, the next one is asked. */
export type Question<Subject, Outcome> = Omit<TreeNode<Subject, Outcome>, "no" | "isOneOfSeveral">;

/** Questions after causes that may be there together, the surest first: the first yes leads on; `otherwise` where there is none. */
export function chain<Subject, Outcome extends string>(
  questions: readonly Question<Subject, Outcome>[],
  otherwise: Branch<Subject, Outcome>,
): Branch<Subject, Outcome> {
  return questions.reduceRight<Branch<Subject, Outcome>>(
    (no, question) => ({ ...question, no, isOneOfSeveral: true }),
    otherwise,
  );
}

/** Runs a decision tree on a subject: where it arrives, and each question on the way with its answer. */
export function runTree<Subject, Outcome extends string>(
  root: Branch<Subject, Outcome>,
  subject: Subject,
): Verdict<Outcome> {
  const steps: TreeStep[] = [];
  const refuted = new Set<Outcome>();
  const open = new Set<Outcome>();
  let at = root;
  while (typeof at !== "string") {
    const answer = at.test(subject);
    const because = answer === undefined ? at.because?.(subject) : undefined;
    steps.push({
      question: at.question,
      measured: at.measured(subject),
      threshold: at.threshold,
      outcome: answer === undefined ? "cannotTell" : answer ? "taken" : "ruledOut",
      ...(because === undefined ? {} : { because }),
    });
    const next = follow(at, answer);
    if (answer === undefined) collect(at.yes, open);
    else if (!answer) collect(at.yes, refuted);
    else if (at.isOneOfSeveral !== true) collect(at.no, refuted);
    at = next;
  }
  open.delete(at);
  refuted.delete(at);
  return { outcome: at, steps, refuted: [...refuted].filter((outcome) => !open.has(outcome)), open: [...open] };
}

/** Where a decision tree arrives, without a word of why: for counting. */
export function arriveAt<Subject, Outcome extends string>(root: Branch<Subject, Outcome>, subject: Subject): Outcome {
  let at = root;
  while (typeof at !== "string") at = follow(at, at.test(subject));
  return at;
}

function follow<Subject, Outcome extends string>(
  { yes, no, unknown }: TreeNode<Subject, Outcome>,
  answer: boolean | undefined,
): Branch<Subject, Outcome> {
  return answer === undefined ? (unknown ?? no) : answer ? yes : no;
}

function collect<Subject, Outcome extends string>(branch: Branch<Subject, Outcome>, into: Set<Outcome>): void {
  if (typeof branch === "string") {
    into.add(branch);
    return;
  }
  for (const next of [branch.yes, branch.no, branch.unknown]) if (next !== undefined) collect(next, into);
}

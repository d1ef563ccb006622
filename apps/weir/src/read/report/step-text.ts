import type { TreeStep } from "@weir/model";
import type { Paint } from "./paint.ts";

const SIGN: Readonly<Record<TreeStep["outcome"], string>> = { taken: "✔", ruledOut: "✘", cannotTell: "?" };
const WORD: Readonly<Record<TreeStep["outcome"], string>> = {
  taken: "",
  ruledOut: " → ruled out",
  cannotTell: " → cannot tell",
};

/** One question of a decision tree in a line: the answer, what was measured, against what, and why it cannot be told. */
export function renderStep(step: TreeStep, paint: Paint): string {
  const because = step.because === undefined ? "" : `, because ${step.because}`;
  const text = `${SIGN[step.outcome]} ${step.question} ${step.measured} (against ${step.threshold})${WORD[step.outcome]}${because}`;
  return step.outcome === "taken" ? text : paint.dim(text);
}

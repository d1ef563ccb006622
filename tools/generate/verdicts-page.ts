import { VERDICT_TREES, VERDICT_WORDS, type VerdictTreeName } from "@weir/analysis";
import { FAILING_VERDICTS, HANDSHAKE_VERDICTS, SLOW_VERDICTS } from "@weir/model";
import { code, table } from "./markdown.ts";

const OUTCOMES: Readonly<Record<VerdictTreeName, readonly string[]>> = {
  handshake: HANDSHAKE_VERDICTS,
  failing: FAILING_VERDICTS,
  slow: SLOW_VERDICTS,
};

/** docs/reference/verdicts.md: what the trees can say about a single connection. */
export function renderVerdictsPage(): string {
  const sections = VERDICT_TREES.map(
    (tree) => `## ${tree}\n\nThe connection's field ${code(`${tree}Verdict`)}.\n\n${outcomesOf(tree)}\n`,
  );
  return [
    "# Verdicts\n",
    'Three decision trees are run on every TCP connection. Each names the questions on its path with what was measured and the threshold, the troubles that were ruled out, and what the capture cannot tell and why. `weir read --explain STREAM` and the console\'s page of a connection show the walk; filters can ask for an outcome: `connection.slowVerdict == "serverNotReading"`. Thresholds: [thresholds.md](thresholds.md).\n',
    "Kinds: *healthy* needs nothing, *note* is worth knowing and no fault, *trouble* is wrong, *undecided* says that the capture cannot tell.\n",
    ...sections,
  ].join("\n");
}

function outcomesOf(tree: VerdictTreeName): string {
  const rows = OUTCOMES[tree].map((outcome) => {
    const words = VERDICT_WORDS[tree][outcome];
    return words === undefined
      ? [code(outcome)]
      : [code(outcome), words.kind, words.title, words.meaning, words.advice, words.refutedBy];
  });
  return table(["outcome", "kind", "in words", "meaning", "what to do", "refuted by"], rows);
}

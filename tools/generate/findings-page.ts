import { DETECTOR_DESCRIPTIONS, JOIN_DESCRIPTIONS } from "@weir/analysis";
import { code } from "./markdown.ts";

/** docs/reference/findings.md: what Weir can find, against which thresholds, and what would refute it. */
export function renderFindingsPage(): string {
  const sections = [...DETECTOR_DESCRIPTIONS, ...JOIN_DESCRIPTIONS].map(
    ({ rules, meaning, thresholds, refutedBy }) =>
      `## ${rules.map((rule) => code(rule)).join(", ")}\n\n${meaning}\n\n- Thresholds: ${thresholds}.\n- Refuted by: ${refutedBy}.\n`,
  );
  return [
    "# Findings\n",
    "A finding names its rule, its path through the decision tree, its evidence and its grade. Causes stand before their symptoms.\n",
    ...sections,
  ].join("\n");
}

import { renderTable } from "./markdown-table.ts";
import type { Score } from "./score.ts";
import type { Scores } from "./scores.ts";

/** A line of the table: what was simulated, and how it was judged. */
export interface ScoredScenario {
  readonly name: string;
  readonly packets: number;
  readonly scores: Scores;
}

const HEADINGS = [
  "scenario",
  "packets",
  "sent again: precision",
  "recall",
  "recall, visible",
  "reordered: precision",
  "recall",
  "hole: precision",
  "recall",
  "hole is loss",
];

/** Precision and recall per scenario as a Markdown table, in percent; a dash where there was nothing to find and nothing was said. */
export function renderScoreTable(lines: readonly ScoredScenario[]): string {
  const rows = lines.map(({ name, packets, scores: { resent, resentVisible, reordered, holes, lostBefore } }) => [
    name,
    String(packets),
    precision(resent),
    recall(resent),
    recall(resentVisible),
    precision(reordered),
    recall(reordered),
    precision(holes),
    recall(holes),
    precision(lostBefore),
  ]);
  return renderTable(HEADINGS, rows);
}

/** In percent; a dash where nothing was said. */
export function precision(score: Score): string {
  return score.right + score.wrong === 0 ? "–" : percent(score.precision);
}

/** In percent; a dash where there was nothing to find. */
export function recall(score: Score): string {
  return score.right + score.unsaid === 0 ? "–" : percent(score.recall);
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}

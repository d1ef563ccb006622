import { COUNTS, type CountFact, countScore, type Measure, measureErrors } from "./fact-scores.ts";
import type { JudgedConversation } from "./judged-conversation.ts";
import { renderTable } from "./markdown-table.ts";
import { precision, recall } from "./score-table.ts";

/** A scenario's conversations, judged. */
export interface JudgedScenario {
  readonly name: string;
  readonly conversations: readonly JudgedConversation[];
}

/** Precision and recall of counted facts: a line per scenario, a pair of columns per fact. */
export function renderCountTable(scenarios: readonly JudgedScenario[], facts: readonly CountFact[]): string {
  const headings = ["scenario", ...facts.flatMap((fact) => [`${COUNTS[fact]}: precision`, "recall"])];
  const rows = scenarios.map(({ name, conversations }) => {
    const scores = facts.map((fact) => countScore(conversations, fact));
    return [name, ...scores.flatMap((score) => [precision(score), recall(score)])];
  });
  return renderTable(headings, rows);
}

/** Errors of measured facts over all scenarios: a line per fact. */
export function renderMeasureTable(scenarios: readonly JudgedScenario[], measures: readonly Measure[]): string {
  const conversations = scenarios.flatMap((scenario) => scenario.conversations);
  const rows = measures.map((measure) => {
    const { compared, within1Percent, median, largest } = measureErrors(conversations, measure);
    return [measure, String(compared), percent(within1Percent), percent(median), percent(largest)];
  });
  return renderTable(["measured", "compared", "within 1 %", "error: median", "largest"], rows);
}

function percent(share: number): string {
  return (share * 100).toFixed(1);
}

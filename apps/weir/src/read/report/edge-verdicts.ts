import { type CountedOutcome, VERDICT_TREES } from "@weir/analysis";
import { formatCount, formatEndpoint } from "@weir/base";
import type { EdgeTotals } from "./edge-totals.ts";
import type { Paint } from "./paint.ts";
import { shorten } from "./table.ts";

const LISTED_EDGES = 10;

/** Edges with connections in trouble: of how many, how many arrived where. Edges without any are left out. */
export function renderEdgeVerdicts(edges: readonly EdgeTotals[], paint: Paint): string[] {
  const troubled = edges
    .map((edge) => ({ edge, outcomes: edge.verdicts.list() }))
    .filter(({ outcomes }) => outcomes.some(isTrouble))
    .sort((a, b) => troubles(b.outcomes) - troubles(a.outcomes));
  if (troubled.length === 0) return [];
  const more = troubled.length - LISTED_EDGES;
  return [
    `${paint.heading("VERDICTS ON CONNECTIONS")}  ${paint.dim("--explain shows the walk of one")}`,
    ...troubled.slice(0, LISTED_EDGES).flatMap(({ edge, outcomes }) => renderEdge(edge, outcomes, paint)),
    ...(more > 0 ? [paint.dim(`  … and ${formatCount(more)} more edges`)] : []),
  ];
}

function renderEdge(edge: EdgeTotals, outcomes: readonly CountedOutcome[], paint: Paint): string[] {
  const name = `${shorten(edge.client, 28)} → ${shorten(formatEndpoint(edge.server, edge.serverPort), 34)}`;
  const lines = VERDICT_TREES.flatMap((tree) => {
    const own = outcomes.filter((outcome) => outcome.tree === tree);
    if (!own.some(({ kind }) => kind !== "healthy")) return [];
    return [`     ${tree}: ${own.map((outcome) => countText(outcome, paint)).join(", ")}`];
  });
  return [`  ${name}  of ${formatCount(edge.connections)} connections`, ...lines];
}

function countText(outcome: CountedOutcome, paint: Paint): string {
  const text = `${formatCount(outcome.connections)} ${outcome.title}`;
  if (isTrouble(outcome)) return paint.bad(text);
  return outcome.kind === "healthy" ? paint.dim(text) : text;
}

function isTrouble({ kind }: CountedOutcome): boolean {
  return kind === "trouble";
}

function troubles(outcomes: readonly CountedOutcome[]): number {
  return outcomes.filter(isTrouble).reduce((sum, { connections }) => sum + connections, 0);
}

import { type JoinSummary, measuredClock, medianOf } from "@weir/analysis";
import type { JoinSummaryJson } from "@weir/http-contract";
import { JOIN_CLASSES } from "@weir/model";

/** Edges, services and clocks of a summary, the busiest first. */
export function summaryJson(
  summary: JoinSummary,
): Pick<JoinSummaryJson, "counts" | "edges" | "services" | "clocks" | "exchangesOverLimit"> {
  const edges = [...summary.edges.values()].map((joined) => {
    const queueNs = medianOf(joined.queued.map((each) => each.queueNs));
    return {
      ...joined.edge,
      exchanges: joined.exchanges,
      classes: joined.classes,
      reasons: [...joined.reasons].map(([reason, exchanges]) => ({ reason, exchanges })),
      contradictions: [...joined.contradictions].map(([subject, { evidence }]) => ({
        subject,
        exchanges: evidence.count,
      })),
      withoutClientSpan: joined.withoutClientSpan,
      withoutServerSpan: joined.withoutServerSpan,
      ...(queueNs === undefined ? {} : { clientQueueNs: queueNs }),
      exampleTraceIds: joined.exampleTraceIds,
    };
  });
  const counts = Object.fromEntries(
    JOIN_CLASSES.map((name) => [name, edges.reduce((sum, { classes }) => sum + classes[name], 0)]),
  ) as JoinSummaryJson["counts"];
  return {
    counts,
    edges: edges.sort((a, b) => b.exchanges - a.exchanges),
    services: [...summary.services.values()]
      .map(({ service, answered, withSpan, passedOn }) => ({ service, answered, withSpan, passedOn }))
      .sort((a, b) => b.answered - a.answered),
    clocks: [...summary.clocks.values()].map(measuredClock).sort((a, b) => b.count - a.count),
    exchangesOverLimit: summary.overLimit,
  };
}

import {
  type AnalysisConfig,
  type JoinSummary,
  judgeJoin,
  measuredClock,
  medianOf,
  rankFindings,
} from "@weir/analysis";
import { formatUnixNs } from "@weir/base";
import type { JoinSummaryJson } from "@weir/http-contract";
import { findingRecord, JOIN_CLASSES, toJsonRecord } from "@weir/model";
import type { JoinedPeriod, JoinPeriod } from "./batches.ts";

/** Traces of a period that were joined, and what follows, as they are told. */
export function summaryJson(
  { fromNs, toNs }: JoinPeriod,
  { summary, tracesInAll, isCut }: JoinedPeriod,
  config: AnalysisConfig,
): JoinSummaryJson {
  const findings = rankFindings(judgeJoin(summary, config));
  return {
    range: { from: formatUnixNs(fromNs), to: formatUnixNs(toNs) },
    traces: summary.traces,
    tracesInAll,
    isCut,
    ...sumsJson(summary),
    findings: findings.map((finding) => toJsonRecord(findingRecord, finding)) as unknown as JoinSummaryJson["findings"],
  };
}

/** Edges, services and clocks, the busiest first. */
function sumsJson(
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

import { formatDurationNs } from "@weir/base";
import type { Finding } from "@weir/model";
import type { AnalysisConfig } from "../../config.ts";
import type { DetectorDescription, TreeNode } from "../../contract.ts";
import { joinFinding } from "./join-finding.ts";
import { type ClockJoin, type JoinSummary, medianOf } from "./join-summary.ts";

export const clockOffsetDescription: DetectorDescription = {
  rules: ["join.clock-offset"],
  meaning:
    "Two clocks are apart, as exchanges tell that both have seen. Spans of one host begin before or end after what encloses them, and latencies between hosts are wrong by that much. Times are shown as they were reported.",
  thresholds: "in the median of 3 exchanges: 10 ms, and more than twice what is uncertain",
  refutedBy: "clocks that agree by another measure (chronyc tracking on both hosts)",
};

/** How far one clock is ahead, as the summary shows it and the finding judges it. */
export interface MeasuredClock {
  readonly of: string;
  readonly against: string;
  readonly count: number;
  readonly offsetNs: number;
  readonly uncertaintyNs: number;
}

export function measuredClock({ of, against, measures }: ClockJoin): MeasuredClock {
  return {
    of,
    against,
    count: measures.length,
    offsetNs: medianOf(measures.map(({ offsetNs }) => offsetNs)) ?? 0,
    uncertaintyNs: medianOf(measures.map(({ uncertaintyNs }) => uncertaintyNs)) ?? 0,
  };
}

function treeOf({ joinClockMin, joinClockNs }: AnalysisConfig): TreeNode<MeasuredClock, "trouble" | "fine"> {
  return {
    question: "Are the clocks apart?",
    test: ({ count, offsetNs, uncertaintyNs }) =>
      count >= joinClockMin && Math.abs(offsetNs) >= joinClockNs && Math.abs(offsetNs) > 2 * uncertaintyNs,
    measured: ({ count, offsetNs, uncertaintyNs }) =>
      `${formatDurationNs(Math.abs(offsetNs))} ± ${formatDurationNs(uncertaintyNs)} in the median of ${count}`,
    threshold: `at least ${formatDurationNs(joinClockNs)}, and twice what is uncertain`,
    yes: "trouble",
    no: "fine",
  };
}

/** Clocks that are apart. */
export function judgeClocks({ clocks }: JoinSummary, config: AnalysisConfig): Finding[] {
  const tree = treeOf(config);
  return [...clocks.values()].flatMap((clock) =>
    joinFinding(measuredClock(clock), {
      tree,
      evidence: clock.evidence,
      edge: clock.edge,
      say: ({ of, against, count, offsetNs, uncertaintyNs }) => {
        const apart = `${formatDurationNs(Math.abs(offsetNs))} ${offsetNs > 0 ? "ahead of" : "behind"}`;
        return {
          rule: "join.clock-offset",
          severity: "info",
          title: `The clock of ${of} is ${apart} that of ${against}`,
          summary: `In the median of ${count} exchanges that both have seen, the clock of ${of} was ${apart} that of ${against}, give or take ${formatDurationNs(uncertaintyNs)}. Nothing that is shown was corrected by it.`,
          advice: "Check that both hosts keep their time by NTP, and against what",
          refutedBy: clockOffsetDescription.refutedBy,
          impact: Math.min(5, Math.abs(offsetNs) / 1e9),
        };
      },
    }),
  );
}

import type { Finding } from "@weir/model";
import type { AnalysisConfig } from "../../config.ts";
import type { DetectorDescription } from "../../contract.ts";
import { clientQueueDescription, judgeQueues } from "./client-queue.ts";
import { clockOffsetDescription, judgeClocks } from "./clock-offset.ts";
import { contradictionDescription, judgeContradictions } from "./contradiction.ts";
import type { JoinSummary } from "./join-summary.ts";
import { judgeReporting, notReportedDescription } from "./not-reported.ts";
import { judgeParents, wrongParentDescription } from "./wrong-parent.ts";

/** What is looked for in joined traces, for docs/reference/findings.md. */
export const JOIN_DESCRIPTIONS: readonly DetectorDescription[] = [
  notReportedDescription,
  contradictionDescription,
  clientQueueDescription,
  wrongParentDescription,
  clockOffsetDescription,
];

/** What joined traces tell about the services that report them, as findings; each is of the capture that saw most of its evidence. */
export function judgeJoin(summary: JoinSummary, config: AnalysisConfig): Finding[] {
  return [judgeReporting, judgeContradictions, judgeQueues, judgeParents, judgeClocks].flatMap((judge) =>
    judge(summary, config),
  );
}

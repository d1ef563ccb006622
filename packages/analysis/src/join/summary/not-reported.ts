import type { Finding } from "@weir/model";
import type { AnalysisConfig } from "../../config.ts";
import type { DetectorDescription, TreeNode } from "../../contract.ts";
import { joinFinding } from "./join-finding.ts";
import type { JoinSummary, ServiceJoin } from "./join-summary.ts";

export const notReportedDescription: DetectorDescription = {
  rules: ["join.not-reported"],
  meaning:
    "A service answers requests that carry a trace's context, and makes no span of any of them, although others report the same traces: it is not instrumented, or its spans do not arrive. What it does stands in traces as time of its callers.",
  thresholds: "5 requests in traces that others report, none with a span of its own",
  refutedBy: "spans of this service under another name, or spans that are sent elsewhere on purpose",
};

function treeOf({ joinUnreportedMin }: AnalysisConfig): TreeNode<ServiceJoin, "trouble" | "fine"> {
  return {
    question: "Does it answer requests of traces without ever making a span?",
    test: ({ answered, withSpan }) => answered >= joinUnreportedMin && withSpan === 0,
    measured: ({ answered, withSpan }) => `${withSpan} spans for ${answered} requests`,
    threshold: `none for at least ${joinUnreportedMin}`,
    yes: "trouble",
    no: "fine",
  };
}

/** Services that the wire shows in traces, and that report nothing. */
export function judgeReporting({ services }: JoinSummary, config: AnalysisConfig): Finding[] {
  const tree = treeOf(config);
  return [...services.values()].flatMap((joined) =>
    joinFinding(joined, {
      tree,
      evidence: joined.unreported,
      edge: joined.edge,
      say: ({ service, answered, passedOn }) => ({
        rule: "join.not-reported",
        severity: "info",
        title: `${service} is not instrumented: ${answered} of its calls are on the wire, none in spans`,
        summary: `In the traces that were looked at, ${service} answered ${answered} requests that carried their context, and reported no span.${passedOn === 0 ? "" : ` ${passedOn} of them it passed on with the context as it came, as a proxy does.`} Its work shows only as time of its callers.`,
        advice: `Instrument ${service}, or look for why its spans do not arrive; until then its calls stand in traces as the wire saw them`,
        refutedBy: notReportedDescription.refutedBy,
        impact: answered / 200,
      }),
    }),
  );
}

import type { Finding } from "@weir/model";
import type { AnalysisConfig } from "../../config.ts";
import type { DetectorDescription, TreeNode } from "../../contract.ts";
import type { EdgeJoin } from "./edge-join.ts";
import { joinFinding } from "./join-finding.ts";
import type { JoinSummary } from "./join-summary.ts";

export const wrongParentDescription: DetectorDescription = {
  rules: ["join.wrong-parent"],
  meaning:
    "Spans hang under a parent that did not send their request: somebody in between passed the context on as it came and made a span of its own beside it, or the connection's request carries another parent. The trace's picture is wrong.",
  thresholds: "3 exchanges of an edge",
  refutedBy: "requests on the same connections whose context names the parent that the spans have",
};

function treeOf({ joinContradictedMin }: AnalysisConfig): TreeNode<EdgeJoin, "trouble" | "fine"> {
  return {
    question: "Do spans hang under a parent that did not send their request?",
    test: ({ wrongParent }) => wrongParent.count >= joinContradictedMin,
    measured: ({ wrongParent, exchanges }) => `${wrongParent.count} of ${exchanges} exchanges`,
    threshold: `at least ${joinContradictedMin}`,
    yes: "trouble",
    no: "fine",
  };
}

/** Edges whose spans are put together wrongly. */
export function judgeParents({ edges }: JoinSummary, config: AnalysisConfig): Finding[] {
  const tree = treeOf(config);
  return [...edges.values()].flatMap((joined) =>
    joinFinding(joined, {
      tree,
      evidence: joined.wrongParent,
      edge: joined.edge,
      say: ({ edge, wrongParent }) => ({
        rule: "join.wrong-parent",
        severity: "warning",
        title: `${edge.clientService} → ${edge.serverService}: spans hang under a parent that did not ask`,
        summary: `${wrongParent.count} spans of ${edge.serverService} name a parent that their requests did not come from, by the connections that carried these.`,
        advice: "Look at who forwards the request: it must send the context of its own span, not the one that it got",
        refutedBy: wrongParentDescription.refutedBy,
        impact: wrongParent.count / 20,
      }),
    }),
  );
}

import { formatDurationNs, formatRatio } from "@weir/base";
import type { Finding } from "@weir/model";
import type { AnalysisConfig } from "../../config.ts";
import type { DetectorDescription, TreeNode } from "../../contract.ts";
import type { EdgeJoin } from "./edge-join.ts";
import { joinFinding } from "./join-finding.ts";
import { type JoinSummary, medianOf } from "./join-summary.ts";

export const clientQueueDescription: DetectorDescription = {
  rules: ["join.client-queue"],
  meaning:
    "Much of a client's span passes before the first byte of its request is on the wire: it waits for a connection of its pool, for a name, for a handshake, or for the event loop. The server and the network are not slow, although the span is long.",
  thresholds: "in the median of 5 exchanges: 10 ms, and 20 % of the span",
  refutedBy: "requests whose first byte leaves right when their span begins",
};

interface Subject {
  readonly count: number;
  readonly queueNs: number;
  readonly share: number;
}

function treeOf(config: AnalysisConfig): TreeNode<Subject, "trouble" | "fine"> {
  const { joinQueueMin, joinQueueNs, joinQueueRatio } = config;
  return {
    question: "Do requests wait in the client before they leave?",
    test: ({ count, queueNs, share }) => count >= joinQueueMin && queueNs >= joinQueueNs && share >= joinQueueRatio,
    measured: ({ count, queueNs, share }) =>
      `${formatDurationNs(queueNs)}, ${formatRatio(share)} of the span, in the median of ${count}`,
    threshold: `at least ${formatDurationNs(joinQueueNs)} and ${formatRatio(joinQueueRatio)}, of ${joinQueueMin} exchanges`,
    yes: "trouble",
    no: "fine",
  };
}

/** Edges whose requests wait in the client. */
export function judgeQueues({ edges }: JoinSummary, config: AnalysisConfig): Finding[] {
  const tree = treeOf(config);
  return [...edges.values()].flatMap(({ edge, queued, queueing }: EdgeJoin) => {
    const subject = {
      count: queued.length,
      queueNs: medianOf(queued.map(({ queueNs }) => queueNs)) ?? 0,
      share: medianOf(queued.map(({ queueNs, totalNs }) => queueNs / Math.max(1, totalNs))) ?? 0,
    };
    const { clientService, serverService } = edge;
    return joinFinding(subject, {
      tree,
      evidence: queueing,
      edge,
      say: ({ count, queueNs, share }) => ({
        rule: "join.client-queue",
        severity: "info",
        title: `${clientService} → ${serverService}: requests wait ${formatDurationNs(queueNs)} in the client before they leave`,
        summary: `In the median of ${count} exchanges, ${formatRatio(share)} of the client's span passed before the first byte of the request was on the wire. What the span calls the time of ${serverService} is that much shorter.`,
        advice: `Look at ${clientService}: the size of its connection pool, connections that are made anew for each request, an event loop that is busy`,
        refutedBy: clientQueueDescription.refutedBy,
        impact: (count * queueNs) / 1e9,
      }),
    });
  });
}

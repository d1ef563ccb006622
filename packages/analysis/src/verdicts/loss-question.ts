import { formatDurationNs, formatRatio } from "@weir/base";
import type { Connection, SlowVerdict } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { TreeNode } from "../contract.ts";
import { unreliableBecause } from "../grade-words.ts";
import { isLostBefore, lossPlaces, PLACE_UNKNOWN, placeText } from "../loss-place.ts";
import { dataSegments, lossRatio, lostSegments } from "../measures.ts";
import type { Question } from "../tree.ts";

type Node = TreeNode<Connection, SlowVerdict>;

/** Are segments lost, how badly, and on which side of the vantage? */
export function lossQuestion(config: AnalysisConfig): Question<Connection, SlowVerdict> {
  return {
    question: "Are segments lost on the path?",
    test: (connection) => isLossy(connection, config),
    measured: (connection) =>
      `${lostSegments(connection)} of ${dataSegments(connection)} data segments sent again (${formatRatio(lossRatio(connection))}${connection.gradeReasons.includes("superFrames") ? " of the bytes" : ""})${stallText(connection, config)}`,
    threshold: `more than ${formatRatio(config.lossDegradedRatio)} and at least ${config.lossMinResent}, or a pause of ${formatDurationNs(config.lossStallNs)} for one`,
    yes: {
      question: "Can the repeats be believed?",
      test: (connection) => {
        if (unreliableBecause(connection) !== undefined) return undefined;
        return lossRatio(connection) <= config.lossImplausibleRatio;
      },
      measured: (connection) => `${formatRatio(lossRatio(connection))} repeated`,
      threshold: `up to ${formatRatio(config.lossImplausibleRatio)}: no connection survives more`,
      because: unreliableBecause,
      yes: severityNode(config),
      no: "lossUnsure",
      unknown: "lossUnsure",
    },
  };
}

function isLossy(connection: Connection, config: AnalysisConfig): boolean {
  const lost = lostSegments(connection);
  if (lost >= config.lossMinResent && lossRatio(connection) > config.lossDegradedRatio) return true;
  return lost > 0 && isStalledByLoss(connection, config);
}

function isStalledByLoss({ longestStallReason, longestStallNs }: Connection, config: AnalysisConfig): boolean {
  return longestStallReason === "acknowledgment" && longestStallNs > config.lossStallNs;
}

function stallText(connection: Connection, config: AnalysisConfig): string {
  return isStalledByLoss(connection, config)
    ? `; ${formatDurationNs(connection.longestStallNs)} waited for an acknowledgment`
    : "";
}

function severityNode(config: AnalysisConfig): Node {
  return {
    question: "Is the loss severe?",
    test: (connection) => lossRatio(connection) > config.lossSevereRatio,
    measured: (connection) => `${formatRatio(lossRatio(connection))}, ${repairText(connection)}`,
    threshold: `more than ${formatRatio(config.lossSevereRatio)}`,
    yes: placeNode,
    no: placeNode,
  };
}

/** How the loss was repaired: quickly, or only after a timer. */
function repairText(connection: Connection): string {
  const fast = connection.clientFastRetransmissions + connection.serverFastRetransmissions;
  const probes = connection.clientTailLossProbes + connection.serverTailLossProbes;
  const timeouts = connection.clientTimeoutRetransmissions + connection.serverTimeoutRetransmissions;
  return `${fast} sent again quickly, ${timeouts} after a time-out, ${probes} as a probe of the last segment`;
}

const placeNode: Node = {
  question: "Were they lost before the place of capture?",
  test: (connection) => isLostBefore(...lossPlaces(connection)),
  measured: (connection) => placeText(...lossPlaces(connection)),
  threshold: "most of them",
  because: () => PLACE_UNKNOWN,
  yes: "lossBeforeVantage",
  no: "lossAfterVantage",
  unknown: "loss",
};

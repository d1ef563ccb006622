import { formatDurationNs, formatRatio } from "@weir/base";
import type { AnalysisConfig } from "../config.ts";
import type { TreeNode } from "../contract.ts";
import { isLostBefore, PLACE_UNKNOWN, placeText } from "../loss-place.ts";
import { both, lossRatio, type Transfer } from "./transfer-sums.ts";

export type TransferOutcome =
  | "serverNotReading"
  | "clientNotReading"
  | "severeLoss"
  | "loss"
  | "closedAtEnd"
  | "unsure"
  | "fine";
/** Answered with yes, the server of the edge is the side that does not read. */
export const SERVER_QUESTION = "Is it the server that does not read?";

type Node = TreeNode<Transfer, TransferOutcome>;

/**
 * Receiver first, path second: a window at zero is announced by the receiver itself and leaves no doubt, while segments that are sent again
 * may have many reasons.
 */
export function transferTree(config: AnalysisConfig): Node {
  return {
    question: "Did a receive window stand at zero?",
    test: (transfer) => {
      if (both(transfer, "zeroWindowNs") > config.zeroWindowNs) return true;
      return transfer.isClosedAtEnd ? undefined : false;
    },
    measured: (transfer) =>
      `${formatDurationNs(transfer.server.zeroWindowNs)} at the server, ${formatDurationNs(transfer.client.zeroWindowNs)} at the client, ${both(transfer, "probes")} probes, window filled ${both(transfer, "windowFull")} times`,
    threshold: `more than ${formatDurationNs(config.zeroWindowNs)}`,
    yes: whoNode(config),
    no: lossNode(config, "fine"),
    unknown: lossNode(config, "closedAtEnd"),
  };
}

function whoNode(config: AnalysisConfig): Node {
  return {
    question: SERVER_QUESTION,
    test: ({ client, server }) => server.zeroWindowNs >= client.zeroWindowNs,
    measured: ({ client, server }) =>
      `${server.zeroWindows} zero windows of the server, ${client.zeroWindows} of the client`,
    threshold: "the side whose window stood at zero for longer",
    yes: alsoLossNode(config, "serverNotReading"),
    no: alsoLossNode(config, "clientNotReading"),
  };
}

function alsoLossNode(config: AnalysisConfig, outcome: TransferOutcome): Node {
  return { ...lossQuestion(config), question: "Are segments lost on the path as well?", yes: outcome, no: outcome };
}

function lossNode(config: AnalysisConfig, otherwise: TransferOutcome): Node {
  return {
    ...lossQuestion(config),
    yes: {
      question: "Does the capture itself lack or repeat packets?",
      test: (transfer) =>
        transfer.unreliable * 2 >= transfer.lossy.connectionCount || lossRatio(transfer) > config.lossImplausibleRatio,
      measured: (transfer) =>
        `graded so on ${transfer.unreliable} of ${transfer.lossy.connectionCount} connections with repeats; ${formatRatio(lossRatio(transfer))} repeated`,
      threshold: `at least half of them, or more than ${formatRatio(config.lossImplausibleRatio)} repeated, which no connection survives`,
      yes: "unsure",
      no: {
        question: "Is the loss severe?",
        test: (transfer) => lossRatio(transfer) > config.lossSevereRatio,
        measured: (transfer) => formatRatio(lossRatio(transfer)),
        threshold: `more than ${formatRatio(config.lossSevereRatio)}`,
        yes: placeNode("severeLoss"),
        no: placeNode("loss"),
      },
    },
    no: otherwise,
  };
}

function lossQuestion(config: AnalysisConfig): Pick<Node, "question" | "test" | "measured" | "threshold"> {
  return {
    question: "Are segments lost on the path?",
    test: (transfer) =>
      both(transfer, "lost") >= config.lossMinResent && lossRatio(transfer) > config.lossDegradedRatio,
    measured: (transfer) =>
      `${both(transfer, "lost")} of ${both(transfer, "segments")} data segments sent again (${formatRatio(lossRatio(transfer))}), ${both(transfer, "fast")} of them quickly`,
    threshold: `more than ${formatRatio(config.lossDegradedRatio)} and at least ${config.lossMinResent}`,
  };
}

function placeNode(outcome: TransferOutcome): Node {
  return {
    question: "Were they lost before the place of capture?",
    test: (transfer) => isLostBefore(both(transfer, "lostBefore"), both(transfer, "lostAfter")),
    measured: (transfer) => placeText(both(transfer, "lostBefore"), both(transfer, "lostAfter")),
    threshold: "most of them",
    because: () => PLACE_UNKNOWN,
    yes: outcome,
    no: outcome,
  };
}

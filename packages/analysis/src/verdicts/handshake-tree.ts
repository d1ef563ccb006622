import { formatDurationNs } from "@weir/base";
import type { Connection, HandshakeVerdict } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { TreeNode } from "../contract.ts";
import { becauseOf } from "../grade-words.ts";
import { distanceWords, handshakeBand } from "../measures.ts";
import { isOneWay } from "../sight.ts";
import { chain } from "../tree.ts";

type Node = TreeNode<Connection, HandshakeVerdict>;

const SYN_OR_SYN_ACK = 1 | 2;
const NO_SYN = "no SYN of it is in the capture";

/** What the handshake of a connection says about the path: nobody's application takes part in it. */
export function handshakeTree(config: AnalysisConfig): Node {
  return {
    question: "Was its handshake captured?",
    test: (connection) => {
      if ((connection.completeness & SYN_OR_SYN_ACK) === 0) return undefined;
      return isOneWay(connection) ? undefined : true;
    },
    measured: ({ completeness }) => handshakeParts(completeness),
    threshold: "a SYN or its answer, and both directions",
    because: (connection) =>
      isOneWay(connection) ? "only one direction was captured" : (becauseOf(connection, "midStreamStart") ?? NO_SYN),
    yes: {
      question: "Was it completed?",
      test: ({ handshakeNs }) => handshakeNs !== undefined,
      measured: ({ handshakeNs, closeReason }) =>
        handshakeNs === undefined ? `no, it ended as ${closeReason}` : `after ${formatDurationNs(handshakeNs)}`,
      threshold: "an ACK for the SYN-ACK",
      yes: delayNode(config),
      no: "notCompleted",
    },
    no: "notCaptured",
    unknown: "notCaptured",
  };
}

/** Time-outs hide the distance: they are asked for first. */
function delayNode(config: AnalysisConfig): Node | HandshakeVerdict {
  return chain<Connection, HandshakeVerdict>(
    [
      {
        question: "Did the server send its SYN-ACK again although the client had acknowledged it?",
        test: ({ closeReason }) => closeReason === "acceptQueueFull",
        measured: ({ synAckRetransmissions }) => `${synAckRetransmissions} SYN-ACKs sent again`,
        threshold: "any: it means that its accept queue was full",
        yes: "acceptQueueFull",
      },
      {
        question: "Was the SYN sent again?",
        test: ({ synRetransmissions }) => synRetransmissions > 0,
        measured: ({ synRetransmissions }) => `${synRetransmissions} times`,
        threshold: "any: each repeat waits for a timer of a second or more",
        yes: "synLost",
      },
      {
        question: "Was the SYN-ACK sent again?",
        test: ({ synAckRetransmissions }) => synAckRetransmissions > 0,
        measured: ({ synAckRetransmissions }) => `${synAckRetransmissions} times`,
        threshold: "any",
        yes: "synAckLost",
      },
    ],
    distanceNode(config),
  );
}

function distanceNode(config: AnalysisConfig): Node {
  return {
    question: "Is it quick?",
    test: ({ handshakeNs = 0 }) => handshakeNs < config.handshakeQuickNs,
    measured: ({ handshakeNs = 0 }) =>
      `${formatDurationNs(handshakeNs)}: ${handshakeBand(handshakeNs, config)}, ${distanceWords(handshakeNs, config)}`,
    threshold: `below ${formatDurationNs(config.handshakeQuickNs)}`,
    yes: "quick",
    no: {
      question: "Does it take so long that the network is what is slow?",
      test: ({ handshakeNs = 0 }) => handshakeNs > config.handshakeFarNs,
      measured: ({ handshakeNs = 0 }) => formatDurationNs(handshakeNs),
      threshold: `more than ${formatDurationNs(config.handshakeFarNs)}`,
      yes: {
        question: "Is most of it on the way from the vantage to the server?",
        test: ({ handshakeServerNs = 0, handshakeClientNs = 0 }) => handshakeServerNs >= handshakeClientNs,
        measured: ({ handshakeServerNs, handshakeClientNs }) =>
          `${timeText(handshakeServerNs)} to the server and back, ${timeText(handshakeClientNs)} to the client and back`,
        threshold: "the longer of the two ways",
        yes: "farFromServer",
        no: "farFromClient",
      },
      no: {
        question: "Is it as long as between zones or regions?",
        test: ({ handshakeNs = 0 }) => handshakeNs > config.handshakeGoodNs,
        measured: ({ handshakeNs = 0 }) => formatDurationNs(handshakeNs),
        threshold: `more than ${formatDurationNs(config.handshakeGoodNs)}`,
        yes: "far",
        no: "ordinary",
      },
    },
  };
}

function timeText(durationNs: number | undefined): string {
  return durationNs === undefined ? "not measured" : formatDurationNs(durationNs);
}

function handshakeParts(completeness: number): string {
  const parts = [
    [1, "SYN"],
    [2, "SYN-ACK"],
    [4, "ACK"],
  ] as const;
  const seen = parts.filter(([bit]) => (completeness & bit) !== 0).map(([, part]) => part);
  return seen.length === 0 ? "no part of it" : seen.join(", ");
}

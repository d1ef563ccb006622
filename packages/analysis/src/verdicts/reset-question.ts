import { formatDurationNs, formatRatio } from "@weir/base";
import type { Connection, FailingVerdict } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { TreeNode } from "../contract.ts";
import { isFromElsewhere } from "../hops.ts";

type Node = TreeNode<Connection, FailingVerdict>;

/** Did the reset of a connection come from another distance than the other packets of its side? Undefined where a TTL is unknown. */
export function isResetFromElsewhere({ closeReason, resetTtl, clientTtl, serverTtl }: Connection): boolean | undefined {
  return isFromElsewhere(resetTtl, closeReason === "resetByServer" ? serverTtl : clientTtl);
}

/** Did it come after so long a silence that an idle limit may have run out? */
export function isResetAfterSilence({ longestStallNs }: Connection, config: AnalysisConfig): boolean {
  return longestStallNs > config.resetIdleNs;
}

/** Did the client reset while calls of it were without a good answer? */
export function isGivenUp({ closeReason, callErrors }: Connection): boolean {
  return closeReason === "resetByClient" && callErrors > 0;
}

/** The server's packets of a handshake, and the reset itself. */
const SERVER_PACKETS_BEFORE = 1;

/**
 * Did the server's reset follow the client's packet sooner than the server can have seen it? Only where the server said nothing after its
 * SYN-ACK: else the packet before the reset may have been its own. Undefined where that, or the distance, is not known.
 */
export function isResetTooEarly(connection: Connection, config: AnalysisConfig): boolean | undefined {
  const { closeReason, resetAfterNs, serverPackets, serverResets, synAckRetransmissions } = connection;
  if (closeReason !== "resetByServer") return false;
  const tripNs = connection.handshakeServerNs ?? connection.rttServerMinNs;
  if (resetAfterNs === undefined || tripNs === undefined) return undefined;
  if (tripNs < config.resetEarlyNs) return false;
  if (serverPackets - serverResets - synAckRetransmissions > SERVER_PACKETS_BEFORE) return undefined;
  return resetAfterNs < tripNs * config.resetEarlyRatio;
}

/** Who reset a connection that was in use. */
export function resetNode(config: AnalysisConfig): Node {
  return {
    question: "Does the reset come from somebody else than the side it claims?",
    test: isResetFromElsewhere,
    measured: ({ closeReason, resetTtl, clientTtl, serverTtl }) =>
      `TTL ${resetTtl ?? "not known"}, its side's other packets ${(closeReason === "resetByServer" ? serverTtl : clientTtl) ?? "not known"}`,
    threshold: "another number of hops",
    because: () => "the TTL of the reset, or of the side's other packets, is not known",
    yes: "resetByMiddlebox",
    no: {
      question: "Did it come sooner than the server can have answered?",
      test: (connection) => isResetTooEarly(connection, config),
      measured: ({ resetAfterNs, handshakeServerNs, rttServerMinNs }) =>
        `${timeText(resetAfterNs)} after the packet before it, the round trip to the server takes ${timeText(handshakeServerNs ?? rttServerMinNs)}`,
      threshold: `below ${formatRatio(config.resetEarlyRatio)} of a round trip of ${formatDurationNs(config.resetEarlyNs)} or more`,
      because: () => "the packet before it may have been the server's own, or the round trip was not measured",
      yes: "resetByMiddlebox",
      no: {
        question: "Did it come after a long silence?",
        test: (connection) => isResetAfterSilence(connection, config),
        measured: ({ longestStallNs }) => `longest pause ${formatDurationNs(longestStallNs)}`,
        threshold: `more than ${formatDurationNs(config.resetIdleNs)}`,
        yes: "resetWhenIdle",
        no: WHO,
      },
    },
  };
}

const WHO: Node = {
  question: "Did the server reset it?",
  test: ({ closeReason }) => closeReason === "resetByServer",
  measured: ({ clientResets, serverResets }) => `${serverResets} resets of the server, ${clientResets} of the client`,
  threshold: "the sender of the first",
  yes: "resetByServer",
  no: {
    question: "Did the client give up waiting for answers?",
    test: isGivenUp,
    measured: ({ calls, callErrors }) => `${callErrors} of ${calls} calls failed or unanswered`,
    threshold: "any",
    yes: "clientGaveUp",
    no: "resetByClient",
  },
};

function timeText(durationNs: number | undefined): string {
  return durationNs === undefined ? "not measured" : formatDurationNs(durationNs);
}

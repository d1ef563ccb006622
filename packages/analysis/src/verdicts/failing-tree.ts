import { formatDurationNs } from "@weir/base";
import { type Connection, type FailingVerdict, NOT_ESTABLISHED } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { TreeNode } from "../contract.ts";
import { becauseOf } from "../grade-words.ts";
import { isFromElsewhere } from "../hops.ts";
import { isOneWay } from "../sight.ts";
import { chain, type Question } from "../tree.ts";
import { resetNode } from "./reset-question.ts";

type Node = TreeNode<Connection, FailingVerdict>;
type Asked = Question<Connection, FailingVerdict>;

const NOT_ESTABLISHED_SET: ReadonlySet<string> = new Set(NOT_ESTABLISHED);

/** Whether a connection failed, and by whose doing. */
export function failingTree(config: AnalysisConfig): Node {
  return {
    question: "Were both directions captured?",
    test: (connection) => (isOneWay(connection) ? undefined : true),
    measured: ({ clientPackets, serverPackets }) =>
      `${clientPackets} packets of the client, ${serverPackets} of the server`,
    threshold: "packets of both, where somebody went on as if answered",
    because: () => "only one direction was captured: what the other side said is not known",
    yes: {
      question: "Did it come to work?",
      test: ({ closeReason }) => !NOT_ESTABLISHED_SET.has(closeReason),
      measured: ({ closeReason }) => `ending: ${closeReason}`,
      threshold: "another ending than refused, unreachable, unanswered, not completed or rejected",
      yes: chain([resetQuestion(config), ABANDONED, VANISHED, UNANSWERED, SERVER_OPEN, CLIENT_OPEN], "working"),
      no: chain([REFUSED, UNREACHABLE, NO_ANSWER, QUEUE_FULL, REJECTED], INCOMPLETE),
    },
    no: "oneDirection",
    unknown: "oneDirection",
  };
}

const REFUSED: Asked = {
  question: "Was the SYN answered with a reset?",
  test: ({ closeReason }) => closeReason === "refused",
  measured: ({ serverResets, resetAfterNs }) =>
    `${serverResets} resets of the server${resetAfterNs === undefined ? "" : `, the first after ${formatDurationNs(resetAfterNs)}`}`,
  threshold: "a RST for the SYN",
  yes: {
    question: "Does the reset come from somebody else than the server?",
    // On a refused connection the reset is mostly all that there is of the server, and its TTL the only one.
    test: ({ serverPackets, serverResets, resetTtl, serverTtl }) =>
      serverPackets > serverResets ? isFromElsewhere(resetTtl, serverTtl) : undefined,
    measured: ({ resetTtl }) => `TTL ${resetTtl ?? "not known"}`,
    threshold: "another number of hops than the server's other packets",
    because: () => "the server sent nothing else on this connection to compare it with",
    yes: "refusedByMiddlebox",
    no: "refused",
  },
};

const UNREACHABLE: Asked = {
  question: "Did the network say that the server cannot be reached (ICMP)?",
  test: ({ unreachableCode }) => unreachableCode !== "",
  measured: ({ unreachableCode }) => (unreachableCode === "" ? "no such message" : unreachableCode),
  threshold: "any such message about this connection",
  yes: {
    question: "Does the message say that it is forbidden?",
    test: ({ unreachableCode }) => unreachableCode.includes("prohibited"),
    measured: ({ unreachableCode }) => unreachableCode,
    threshold: "one of the codes for administratively prohibited",
    yes: "prohibited",
    no: "unreachable",
  },
};

const NO_ANSWER: Asked = {
  question: "Did the SYN stay without any answer?",
  test: ({ closeReason }) => closeReason === "noAnswer",
  measured: ({ serverPackets }) => `${serverPackets} packets of the server`,
  threshold: "none",
  yes: {
    question: "Was it sent again, and still not answered?",
    test: ({ synRetransmissions }) => (synRetransmissions > 0 ? true : undefined),
    measured: ({ synRetransmissions }) => `${synRetransmissions} SYNs sent again`,
    threshold: "a second SYN",
    because: () => "the only SYN was not sent again: the capture may have ended before",
    yes: "silentlyDropped",
    no: "noAnswerYet",
  },
};

const QUEUE_FULL: Asked = {
  question: "Did the server send its SYN-ACK again although the client had acknowledged it?",
  test: ({ closeReason }) => closeReason === "acceptQueueFull",
  measured: ({ synAckRetransmissions }) => `${synAckRetransmissions} SYN-ACKs sent again`,
  threshold: "any",
  yes: "acceptQueueFull",
};

const REJECTED: Asked = {
  question: "Did the server reset it before any data?",
  test: ({ closeReason }) => closeReason === "handshakeResetByServer",
  measured: ({ serverResets }) => `${serverResets} resets of the server`,
  threshold: "a RST after the SYN-ACK",
  yes: "rejectedByServer",
};

const ABANDONED: Asked = {
  question: "Did the client reset it before any data?",
  test: ({ closeReason }) => closeReason === "handshakeResetByClient",
  measured: ({ clientResets }) => `${clientResets} resets of the client`,
  threshold: "a RST after the SYN-ACK",
  yes: "abandonedByClient",
};

const INCOMPLETE: Node = {
  question: "Did the server send its SYN-ACK again?",
  test: ({ synAckRetransmissions }) => (synAckRetransmissions > 0 ? true : undefined),
  measured: ({ synAckRetransmissions }) => `${synAckRetransmissions} times`,
  threshold: "any: a server that got the ACK does not",
  because: (connection) =>
    `${becauseOf(connection, "captureEnded", "captureLoss") ?? "nothing followed the only SYN-ACK"}: its ACK may have come`,
  yes: "clientNeverCompleted",
  no: "handshakeCutByCapture",
};

function resetQuestion(config: AnalysisConfig): Asked {
  return {
    question: "Was it cut by a reset while in use?",
    test: ({ closeReason }) => closeReason === "resetByServer" || closeReason === "resetByClient",
    measured: ({ closeReason, clientResets, serverResets }) =>
      `${clientResets} resets of the client, ${serverResets} of the server; ending: ${closeReason}`,
    threshold: "a RST after data, other than the client's after its last answer",
    yes: resetNode(config),
  };
}

const VANISHED: Asked = {
  question: "Did one side get no answer any more?",
  test: ({ closeReason }) =>
    closeReason === "timedOutByClient" || closeReason === "timedOutByServer" || closeReason === "keepAliveFailed",
  measured: ({ closeReason, clientTimeoutRetransmissions, serverTimeoutRetransmissions }) =>
    `ending: ${closeReason}; sent again after a time-out ${clientTimeoutRetransmissions} times by the client, ${serverTimeoutRetransmissions} by the server`,
  threshold: "data or keep-alives sent again and again to the end",
  yes: {
    question: "Was it the server that did not answer any more?",
    test: ({ closeReason, clientKeepAlives, serverKeepAlives }) =>
      closeReason === "keepAliveFailed" ? clientKeepAlives >= serverKeepAlives : closeReason === "timedOutByClient",
    measured: ({ clientKeepAlives, serverKeepAlives }) =>
      `${clientKeepAlives} keep-alives of the client, ${serverKeepAlives} of the server`,
    threshold: "the side that is asked last",
    yes: "serverVanished",
    no: "clientVanished",
  },
};

const UNANSWERED: Asked = {
  question: "Did the client ask, and close without a word of the server?",
  // Without calls it may be one of the protocols in which a server never speaks.
  test: ({ closedBy, callErrors, clientDataSegments, serverDataSegments }) =>
    closedBy === "client" && callErrors > 0 && clientDataSegments > 0 && serverDataSegments === 0,
  measured: ({ clientDataSegments, serverDataSegments, calls, callErrors }) =>
    `data segments: ${clientDataSegments} of the client, ${serverDataSegments} of the server; ${callErrors} of ${calls} calls failed or unanswered`,
  threshold: "a call, no data of the server, and the client's FIN first",
  yes: "neverAnswered",
};

function openQuestion(closer: "client" | "server", reason: string, outcome: FailingVerdict): Asked {
  const other = closer === "client" ? "server" : "client";
  return {
    question: `Did the ${closer} say that it is done, and the ${other} never?`,
    test: (connection) => {
      if (connection.closeReason !== reason) return false;
      return becauseOf(connection, "captureEnded") === undefined ? true : undefined;
    },
    measured: ({ clientFins, serverFins }) => `FINs: ${clientFins} of the client, ${serverFins} of the server`,
    threshold: "a FIN of each side",
    because: (connection) => becauseOf(connection, "captureEnded"),
    yes: outcome,
  };
}

const SERVER_OPEN = openQuestion("client", "halfClosedByClient", "serverNeverClosed");
const CLIENT_OPEN = openQuestion("server", "halfClosedByServer", "clientNeverClosed");

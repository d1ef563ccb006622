import type { TreeNode } from "../contract.ts";
import type { EvidenceCollector } from "../evidence.ts";
import { isFromElsewhere } from "../hops.ts";

/** Attempts to connect on one edge. */
export interface Attempts {
  tried: number;
  worked: number;
  refused: number;
  unreachable: number;
  unreachableWords: string;
  noAnswer: number;
  incomplete: number;
  queueFull: number;
  rejected: number;
  synRetransmissions: number;
  synAckRetransmissions: number;
  /** Attempts without an answer whose client went on all the same. */
  unseen: number;
  /** TTL of the server's packets on an attempt that worked. */
  serverTtl: number | undefined;
  /** TTLs of the resets that refused, the first few. */
  readonly resetTtls: number[];
  readonly addresses: Set<string>;
  readonly evidence: EvidenceCollector;
}

export type ConnectOutcome =
  | "unseen"
  | "single"
  | "refused"
  | "refusedSometimes"
  | "refusedByOther"
  | "unreachable"
  | "noAnswer"
  | "noAnswerSometimes"
  | "incomplete"
  | "notAcknowledged"
  | "queueFull"
  | "rejected";
type Node = TreeNode<Attempts, ConnectOutcome>;

const noAnswerNode: Node = {
  question: "Did the SYN stay without any answer?",
  test: ({ noAnswer, incomplete }) => noAnswer > 0 && noAnswer >= incomplete,
  measured: ({ noAnswer, incomplete }) => `${noAnswer} attempts; ${incomplete} were answered but not completed`,
  threshold: "the more frequent of the two",
  yes: {
    question: "Was it sent again, and still not answered?",
    test: ({ noAnswer, synRetransmissions }) => (noAnswer > 1 || synRetransmissions > 0 ? true : undefined),
    measured: ({ noAnswer, synRetransmissions }) => `${synRetransmissions} SYNs sent again in ${noAnswer} attempts`,
    threshold: "a second SYN or a second attempt",
    yes: {
      question: "Did other attempts on this edge work?",
      test: ({ worked }) => worked > 0,
      measured: ({ worked, tried }) => `${worked} of ${tried}`,
      threshold: "any",
      yes: "noAnswerSometimes",
      no: "noAnswer",
    },
    no: "single",
  },
  no: {
    question: "Did the server send its SYN-ACK again?",
    test: ({ synAckRetransmissions }) => (synAckRetransmissions > 0 ? true : undefined),
    measured: ({ synAckRetransmissions, incomplete }) => `${synAckRetransmissions} times in ${incomplete} attempts`,
    threshold: "any: a server that got the ACK does not",
    yes: "incomplete",
    no: "notAcknowledged",
  },
};

const refusedNode: Node = {
  question: "Does the reset come from somebody else than the server?",
  test: ({ resetTtls, serverTtl }) => {
    const [first] = resetTtls;
    return isFromElsewhere(first, serverTtl);
  },
  measured: ({ resetTtls, serverTtl }) =>
    `TTL ${resetTtls[0] ?? "unknown"}, the server's other packets ${serverTtl ?? "not seen"}`,
  threshold: "another number of hops",
  yes: "refusedByOther",
  no: {
    question: "Did other attempts on this edge work?",
    test: ({ worked }) => worked > 0,
    measured: ({ worked, tried }) => `${worked} of ${tried}`,
    threshold: "any",
    yes: "refusedSometimes",
    no: "refused",
  },
};

const acceptedNode: Node = {
  question: "Did the server's kernel answer without its process accepting?",
  test: (attempts) => attempts.queueFull > 0 && attempts.queueFull >= mostFrequent(attempts),
  measured: ({ queueFull, tried }) => `${queueFull} of ${tried} attempts acknowledged by the client and answered again`,
  threshold: "the most frequent ending of failed attempts",
  yes: "queueFull",
  no: {
    question: "Did the server reset them before any data?",
    test: (attempts) => attempts.rejected > 0 && attempts.rejected >= mostFrequent(attempts),
    measured: ({ rejected, tried }) => `${rejected} of ${tried} attempts`,
    threshold: "the most frequent ending of failed attempts",
    yes: "rejected",
    no: noAnswerNode,
  },
};

function mostFrequent({ refused, noAnswer, unreachable, incomplete, queueFull, rejected }: Attempts): number {
  return Math.max(refused, noAnswer, unreachable, incomplete, queueFull, rejected);
}

/** Why connections on an edge never came to work. */
export const connectTree: Node = {
  question: "Did clients go on as if they had been answered?",
  test: ({ unseen, noAnswer }) => unseen > 0 && unseen * 2 >= noAnswer,
  measured: ({ unseen, noAnswer }) => `${unseen} of ${noAnswer} without an answer`,
  threshold: "at least half: then the answers were not captured",
  yes: "unseen",
  no: {
    question: "Was the SYN answered with a reset?",
    test: (attempts) => attempts.refused > 0 && attempts.refused >= mostFrequent(attempts),
    measured: ({ refused, tried }) => `${refused} of ${tried} attempts`,
    threshold: "the most frequent ending of failed attempts",
    yes: refusedNode,
    no: {
      question: "Did the network say that the server cannot be reached (ICMP)?",
      test: ({ unreachable }) => unreachable > 0,
      measured: ({ unreachable, unreachableWords }) =>
        unreachable > 0 ? `${unreachable} times: ${unreachableWords}` : "no such message",
      threshold: "any",
      yes: "unreachable",
      no: acceptedNode,
    },
  },
};

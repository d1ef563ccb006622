import type { ConnectOutcome } from "./connect-tree.ts";

interface Words {
  readonly rule: string;
  readonly what: string;
  readonly means: string;
  readonly advice: string;
}

/** What is said about each way in which connections fail. */
export const CONNECT_WORDS: Readonly<Record<ConnectOutcome, Words>> = {
  unseen: {
    rule: "tcp.connect-no-answer",
    what: "no answers to connection attempts are in the capture",
    means:
      "Cannot tell whether the server answers, because only the client's packets were captured: the clients went on as if they had been answered.",
    advice: "Capture both directions: look at the capture's filter, and at routes that differ per direction",
  },
  single: {
    rule: "tcp.connect-no-answer",
    what: "one connection attempt has no answer",
    means:
      "Cannot tell whether it is one that never comes, because the only SYN was not sent again: the capture may have ended before.",
    advice: "Capture for longer",
  },
  refused: {
    rule: "tcp.connect-refused",
    what: "the server refuses connections",
    means: "The host answers with a reset: nothing listens on that port, or a firewall rejects it.",
    advice: "Look whether the server's process runs and listens on that port and address",
  },
  refusedSometimes: {
    rule: "tcp.connect-refused",
    what: "the server refuses some connections",
    means:
      "Others work at the same time: the process restarts, one of several replicas is down, or its listen queue overflows and is set to reset.",
    advice: "See whether the refusals are at one address or at one time; look at restarts and at the listen queue",
  },
  refusedByOther: {
    rule: "tcp.connect-refused",
    what: "something on the path refuses connections",
    means:
      "The resets come from another distance than the server's own packets: a firewall or load balancer between the two sends them.",
    advice: "Look for the rule that rejects: the number of hops in the steps says how far away it stands",
  },
  unreachable: {
    rule: "tcp.connect-unreachable",
    what: "the server cannot be reached",
    means: "A router or the host itself answered that packets cannot be delivered.",
    advice: "Look at the route, and at the firewall that sent the message",
  },
  noAnswer: {
    rule: "tcp.connect-no-answer",
    what: "the server does not answer connection attempts",
    means:
      "The SYN is sent again and again without any reply: it or its answer is dropped silently on the way, or the host is down.",
    advice:
      "Capture at the server: if the SYN arrives there, look at its firewall; if it does not, look at the path and the address",
  },
  noAnswerSometimes: {
    rule: "tcp.connect-no-answer",
    what: "the server leaves some connection attempts unanswered",
    means:
      "Others work at the same time: packets are lost on the way, or the server's listen queue is full and drops further ones.",
    advice: "Look at the server's listen queue (overflows, drops), then for packet loss on the path",
  },
  incomplete: {
    rule: "tcp.handshake-incomplete",
    what: "the server answers, but handshakes are not completed",
    means: "The server's SYN-ACK gets no ACK: it is lost on its way to the client, or the client only scans.",
    advice: "Capture at the client: if the SYN-ACK does not arrive there, look at the way back",
  },
  notAcknowledged: {
    rule: "tcp.handshake-incomplete",
    what: "handshakes without their last packet",
    means:
      "Cannot tell whether they were completed, because the server did not send its SYN-ACK again: the last ACK may not have been captured, or the capture may have ended before.",
    advice: "Capture both directions, and for longer",
  },
  queueFull: {
    rule: "tcp.handshake-incomplete",
    what: "the server's accept queue is full",
    means:
      "The server's kernel answers, but its process does not accept: the client's ACK is dropped and the SYN-ACK sent again.",
    advice: "Look at the server: a process that is too busy to accept, or a listen backlog that is too small",
  },
  rejected: {
    rule: "tcp.connect-refused",
    what: "the server rejects connections",
    means:
      "It accepts them and resets them before any data: a limit of connections, a list of addresses, or a proxy without anybody behind it.",
    advice: "Look at the server's or load balancer's log for connections that were turned away",
  },
};

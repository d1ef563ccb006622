import { formatRatio } from "@weir/base";
import type { Connection, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { runTree } from "../tree.ts";

export const connectDescription: DetectorDescription = {
  rules: ["tcp.connect-refused", "tcp.connect-no-answer", "tcp.connect-unreachable", "tcp.handshake-incomplete"],
  meaning:
    "Connections that never came to work: refused by RST, unreachable by ICMP, never answered, or never acknowledged by the client.",
  thresholds: "one failed attempt; critical when at least half of the attempts failed",
  refutedBy: "a capture at the server that shows the SYN answered in time",
};

interface Attempts {
  tried: number;
  refused: number;
  unreachable: number;
  unreachableWords: string;
  noAnswer: number;
  incomplete: number;
  synRetransmissions: number;
  /** A server that answers anything else than refusals on this edge is up. */
  worked: number;
  readonly evidence: EvidenceCollector;
}

type Outcome = "refused" | "unreachable" | "noAnswer" | "incomplete";

const tree: TreeNode<Attempts, Outcome> = {
  question: "Was the SYN answered with a reset?",
  test: ({ refused, noAnswer, unreachable, incomplete }) =>
    refused > 0 && refused >= Math.max(noAnswer, unreachable, incomplete),
  measured: ({ refused, tried }) => `${refused} of ${tried} attempts`,
  threshold: "the most frequent ending of failed attempts",
  yes: "refused",
  no: {
    question: "Did the network say that the server cannot be reached (ICMP)?",
    test: ({ unreachable }) => unreachable > 0,
    measured: ({ unreachable, unreachableWords }) =>
      unreachable > 0 ? `${unreachable} times: ${unreachableWords}` : "no such message",
    threshold: "any",
    yes: "unreachable",
    no: {
      question: "Did the SYN stay without any answer?",
      test: ({ noAnswer, incomplete }) => noAnswer >= incomplete && noAnswer > 0,
      measured: ({ noAnswer, synRetransmissions }) =>
        `${noAnswer} attempts, SYN sent again ${synRetransmissions} times`,
      threshold: "any",
      yes: "noAnswer",
      no: "incomplete",
    },
  },
};

const WORDS: Readonly<Record<Outcome, { rule: string; what: string; means: string; advice: string }>> = {
  refused: {
    rule: "tcp.connect-refused",
    what: "refuses connections",
    means: "The host answers with a reset: nothing listens on that port, or a firewall rejects it.",
    advice:
      "Look whether the server's process runs and listens on that port and address; compare the reset's TTL with the server's other packets to see who sent it",
  },
  unreachable: {
    rule: "tcp.connect-unreachable",
    what: "cannot be reached",
    means: "A router or the host itself answered that packets cannot be delivered.",
    advice: "Look at the route and the firewall that sent the message",
  },
  noAnswer: {
    rule: "tcp.connect-no-answer",
    what: "does not answer connection attempts",
    means:
      "The SYN is sent again and again without any reply: it, or its answer, is dropped silently on the way, or the server's host is down.",
    advice:
      "Capture at the server: if the SYN arrives there, look at its listen queue and firewall; if it does not, look at the path",
  },
  incomplete: {
    rule: "tcp.handshake-incomplete",
    what: "is answered, but handshakes are not completed",
    means: "The server's SYN-ACK gets no ACK: it is lost on its way to the client, or the client only scans.",
    advice: "Capture at the client: if the SYN-ACK does not arrive, look at the way back",
  },
};

/** Connections that never came to work. */
export class ConnectDetector implements Detector {
  readonly rule = "tcp.connect";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Attempts>(() => ({
    tried: 0,
    refused: 0,
    unreachable: 0,
    unreachableWords: "",
    noAnswer: 0,
    incomplete: 0,
    synRetransmissions: 0,
    worked: 0,
    evidence: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  connection(connection: Connection): void {
    // Who never sent a SYN in this capture did not try to connect in it.
    if (connection.transport !== "tcp" || (connection.completeness & 3) === 0) return;
    const edge = this.#edges.of(connection);
    if (edge === undefined) return;
    edge.tried += 1;
    switch (connection.closeReason) {
      case "refused":
        edge.refused += 1;
        break;
      case "unreachable":
        edge.unreachable += 1;
        edge.unreachableWords = connection.unreachableCode;
        break;
      case "noAnswer":
        edge.noAnswer += 1;
        break;
      case "handshakeIncomplete":
        edge.incomplete += 1;
        break;
      default:
        edge.worked += 1;
        return;
    }
    edge.synRetransmissions += connection.synRetransmissions;
    edge.evidence.connection(connection);
  }

  finish(captureId: string): Finding[] {
    const findings: Finding[] = [];
    for (const { edge, aggregate } of this.#edges.all()) {
      const failed = aggregate.tried - aggregate.worked;
      if (failed < this.#config.connectMinFailures) continue;
      const { outcome, steps } = runTree(tree, aggregate);
      const words = WORDS[outcome];
      const ratio = failed / aggregate.tried;
      // One SYN at the end of a capture may simply wait for its answer still.
      const decided = outcome !== "noAnswer" || aggregate.noAnswer > 1 || aggregate.synRetransmissions > 0;
      findings.push(
        makeFinding(edge, aggregate.evidence, {
          captureId,
          rule: words.rule,
          severity: ratio >= this.#config.connectCriticalRatio && decided ? "critical" : "warning",
          decided,
          title: `${edgeName(edge)}: the server ${words.what}`,
          summary: decided
            ? `${failed} of ${aggregate.tried} connection attempts failed (${formatRatio(ratio)}). ${words.means}`
            : `One SYN without an answer, never sent again: cannot tell, because the capture may have ended before the answer.`,
          advice: words.advice,
          refutedBy: connectDescription.refutedBy,
          steps,
          impact: failed,
        }),
      );
    }
    return findings;
  }
}

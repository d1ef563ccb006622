import { formatRatio } from "@weir/base";
import type { Connection, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { isOneWay } from "../sight.ts";
import { runTree } from "../tree.ts";
import { type Attempts, type ConnectOutcome, connectTree } from "./connect-tree.ts";
import { CONNECT_WORDS } from "./connect-words.ts";

export const connectDescription: DetectorDescription = {
  rules: ["tcp.connect-refused", "tcp.connect-no-answer", "tcp.connect-unreachable", "tcp.handshake-incomplete"],
  meaning:
    "Connections that never came to work: refused by RST, unreachable by ICMP, never answered, never acknowledged by the client, left in a full accept queue, or reset by the server before any data. A single SYN that was not sent again, and an edge of which only one way was captured, are not decided.",
  thresholds: "one failed attempt and 2 % of the edge's attempts; critical when at least half of the attempts failed",
  refutedBy: "a capture at the server that shows the SYN answered in time",
};

/** Failing addresses that are named in a finding. */
const MAX_ADDRESSES = 8;
const SYN_OR_SYN_ACK = 1 | 2;
const UNDECIDED: ReadonlySet<ConnectOutcome> = new Set(["unseen", "single", "notAcknowledged"]);

/** Connections that never came to work. */
export class ConnectDetector implements Detector {
  readonly rule = "tcp.connect";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Attempts>(() => ({
    tried: 0,
    worked: 0,
    refused: 0,
    unreachable: 0,
    unreachableWords: "",
    noAnswer: 0,
    incomplete: 0,
    queueFull: 0,
    rejected: 0,
    synRetransmissions: 0,
    synAckRetransmissions: 0,
    unseen: 0,
    serverTtl: undefined,
    resetTtls: [],
    addresses: new Set(),
    evidence: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  connection(connection: Connection): void {
    // Who never sent a SYN in this capture did not try to connect in it.
    if (connection.transport !== "tcp" || (connection.completeness & SYN_OR_SYN_ACK) === 0) return;
    const edge = this.#edges.of(connection);
    if (edge === undefined) return;
    edge.tried += connection.attempts;
    if (!countFailure(edge, connection)) {
      edge.worked += connection.attempts;
      edge.serverTtl ??= connection.serverTtl;
      return;
    }
    edge.synRetransmissions += connection.synRetransmissions;
    edge.synAckRetransmissions += connection.synAckRetransmissions;
    if (isOneWay(connection)) edge.unseen += connection.attempts;
    if (connection.serverAddress !== "" && edge.addresses.size < MAX_ADDRESSES)
      edge.addresses.add(connection.serverAddress);
    edge.evidence.connection(connection);
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const failed = aggregate.tried - aggregate.worked;
      const isEnough =
        failed >= this.#config.connectMinFailures && failed >= aggregate.tried * this.#config.connectMinRatio;
      return isEnough && failed > 0 ? [this.#finding(captureId, edge, aggregate, failed)] : [];
    });
  }

  #finding(captureId: string, edge: Edge, attempts: Attempts, failed: number): Finding {
    const { outcome, steps } = runTree(connectTree, attempts);
    const words = CONNECT_WORDS[outcome];
    const decided = !UNDECIDED.has(outcome);
    const ratio = failed / attempts.tried;
    // Attempts that were summed up over several servers have no address.
    const addresses = [...attempts.addresses].join(", ") || "several servers";
    return makeFinding(edge, attempts.evidence, {
      captureId,
      rule: words.rule,
      severity: !decided ? "info" : ratio >= this.#config.connectCriticalRatio ? "critical" : "warning",
      decided,
      title: `${edgeName(edge)}: ${words.what}`,
      summary: decided
        ? `${failed} of ${attempts.tried} connection attempts failed (${formatRatio(ratio)}), at ${addresses}. ${words.means}`
        : words.means,
      advice: words.advice,
      refutedBy: connectDescription.refutedBy,
      steps,
      impact: decided ? failed : 0,
    });
  }
}

/** Counts how an attempt failed; false where it did not. */
function countFailure(edge: Attempts, connection: Connection): boolean {
  switch (connection.closeReason) {
    case "refused":
      edge.refused += connection.attempts;
      if (connection.resetTtl !== undefined && edge.resetTtls.length < MAX_ADDRESSES) {
        edge.resetTtls.push(connection.resetTtl);
      }
      return true;
    case "unreachable":
      edge.unreachable += connection.attempts;
      edge.unreachableWords = connection.unreachableCode;
      return true;
    case "noAnswer":
      edge.noAnswer += connection.attempts;
      return true;
    case "handshakeIncomplete":
      edge.incomplete += connection.attempts;
      return true;
    case "acceptQueueFull":
      edge.queueFull += connection.attempts;
      return true;
    case "handshakeResetByServer":
      edge.rejected += connection.attempts;
      return true;
    default:
      return false;
  }
}

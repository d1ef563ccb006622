import { formatDurationNs, formatRatio } from "@weir/base";
import type { Call, Connection, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { runTree } from "../tree.ts";

export const transferDescription: DetectorDescription = {
  rules: ["tcp.receiver-not-reading", "tcp.loss"],
  meaning:
    "Data does not get through: the receiver's window stands at zero because its process does not read, or segments are lost on the path and sent again. Where both are seen, the closed window leads: a sender that may not send cannot lose.",
  thresholds:
    "200 ms at zero window on an edge; 1 % of data segments sent again (degraded), 5 % (severe), at least 5 segments",
  refutedBy:
    "a capture at the receiver: for loss, one that shows the segments arriving once; for a full window, one that shows the process reading all the time",
};

/** What is summed per edge. */
interface Transfer {
  connections: number;
  segments: number;
  resent: number;
  fast: number;
  spurious: number;
  holes: number;
  serverZeroNs: number;
  clientZeroNs: number;
  zeroWindows: number;
  probes: number;
  windowFull: number;
  longestStallNs: number;
  midStream: number;
  failedCalls: number;
  calls: number;
  readonly closed: EvidenceCollector;
  readonly lossy: EvidenceCollector;
}

type Outcome = "notReading" | "severeLoss" | "loss" | "fine";

function treeOf(config: AnalysisConfig): TreeNode<Transfer, Outcome> {
  const ratio = ({ resent, segments }: Transfer) => (segments === 0 ? 0 : resent / segments);
  const lossNode: TreeNode<Transfer, Outcome> = {
    question: "Are segments lost on the path?",
    test: (transfer) => transfer.resent >= config.lossMinResent && ratio(transfer) > config.lossDegradedRatio,
    measured: (transfer) =>
      `${transfer.resent} of ${transfer.segments} data segments sent again (${formatRatio(ratio(transfer))}), ${transfer.fast} of them quickly, ${transfer.holes} holes seen`,
    threshold: `more than ${formatRatio(config.lossDegradedRatio)} and at least ${config.lossMinResent}`,
    yes: {
      question: "Is the loss severe?",
      test: (transfer) => ratio(transfer) > config.lossSevereRatio,
      measured: (transfer) => formatRatio(ratio(transfer)),
      threshold: `more than ${formatRatio(config.lossSevereRatio)}`,
      yes: "severeLoss",
      no: "loss",
    },
    no: "fine",
  };
  return {
    question: "Did a receive window stand at zero?",
    test: (transfer) => transfer.serverZeroNs + transfer.clientZeroNs > config.zeroWindowNs,
    measured: (transfer) =>
      `${formatDurationNs(transfer.serverZeroNs)} at the server, ${formatDurationNs(transfer.clientZeroNs)} at the client, ${transfer.probes} probes, window filled ${transfer.windowFull} times`,
    threshold: `more than ${formatDurationNs(config.zeroWindowNs)}`,
    yes: {
      ...lossNode,
      question: "Are segments lost on the path as well?",
      yes: "notReading",
      no: "notReading",
    },
    no: lossNode,
  };
}

/** Data that does not get through: a receiver that does not read, or loss. */
export class TransferDetector implements Detector {
  readonly rule = "tcp.transfer";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Transfer>(() => ({
    connections: 0,
    segments: 0,
    resent: 0,
    fast: 0,
    spurious: 0,
    holes: 0,
    serverZeroNs: 0,
    clientZeroNs: 0,
    zeroWindows: 0,
    probes: 0,
    windowFull: 0,
    longestStallNs: 0,
    midStream: 0,
    failedCalls: 0,
    calls: 0,
    closed: new EvidenceCollector(),
    lossy: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  connection(connection: Connection): void {
    if (connection.transport !== "tcp") return;
    const edge = this.#edges.of(connection);
    if (edge === undefined) return;
    const resent = connection.clientRetransmissions + connection.serverRetransmissions;
    edge.connections += 1;
    edge.segments += connection.clientDataSegments + connection.serverDataSegments;
    edge.resent += resent;
    edge.fast += connection.clientFastRetransmissions + connection.serverFastRetransmissions;
    edge.spurious += connection.clientSpuriousRetransmissions + connection.serverSpuriousRetransmissions;
    edge.holes += connection.clientLostSegments + connection.serverLostSegments;
    edge.serverZeroNs += connection.serverZeroWindowNs;
    edge.clientZeroNs += connection.clientZeroWindowNs;
    edge.zeroWindows += connection.serverZeroWindows + connection.clientZeroWindows;
    edge.probes += connection.clientZeroWindowProbes + connection.serverZeroWindowProbes;
    edge.windowFull += connection.clientWindowFull + connection.serverWindowFull;
    edge.longestStallNs = Math.max(edge.longestStallNs, connection.longestStallNs);
    if (connection.serverZeroWindowNs + connection.clientZeroWindowNs > 0) edge.closed.connection(connection);
    if (resent > 0) edge.lossy.connection(connection);
  }

  call(call: Call): void {
    if (call.transport !== "tcp") return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.calls += 1;
    if (call.status === "aborted" || call.status === "timeout" || call.status === "serverError") edge.failedCalls += 1;
  }

  finish(captureId: string): Finding[] {
    const tree = treeOf(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const { outcome, steps } = runTree(tree, aggregate);
      if (outcome === "fine") return [];
      return outcome === "notReading"
        ? [this.#notReading(captureId, edge, aggregate, steps)]
        : [this.#loss(captureId, edge, aggregate, steps, outcome === "severeLoss")];
    });
  }

  #notReading(captureId: string, edge: Edge, transfer: Transfer, steps: Finding["steps"]): Finding {
    const isServer = transfer.serverZeroNs >= transfer.clientZeroNs;
    const who = isServer ? edge.serverService : edge.clientService;
    const closedNs = transfer.serverZeroNs + transfer.clientZeroNs;
    const alsoLoss = steps.at(-1)?.outcome === "taken";
    return makeFinding(edge, transfer.closed, {
      captureId,
      rule: "tcp.receiver-not-reading",
      severity: closedNs > 5 * this.#config.zeroWindowNs ? "critical" : "warning",
      title: `${edgeName(edge)}: ${who} is not reading, its receive window stood at zero for ${formatDurationNs(closedNs)}`,
      summary:
        `On ${transfer.closed.connectionCount} of ${transfer.connections} connections ${who} announced a full receive buffer (${transfer.zeroWindows} zero windows, ${transfer.probes} probes). ` +
        `The path carries packets, but the process on ${who} does not take data out of its socket; requests wait in it.` +
        (alsoLoss
          ? ` Besides, ${transfer.resent} of ${transfer.segments} segments were sent again: the path loses packets as well.`
          : "") +
        (transfer.failedCalls > 0 ? ` ${transfer.failedCalls} of ${transfer.calls} calls failed.` : ""),
      advice: `Look at what ${who} was doing then: a blocked event loop, a full thread pool, a lock, a dependency it waits for, or too little CPU${alsoLoss ? "; then look for the packet loss on the path" : ""}`,
      refutedBy: "a profile or socket statistics of the receiver that show it reading all the time",
      steps,
      impact: closedNs / 1e9 + transfer.failedCalls * 2 + (alsoLoss ? transfer.resent / 10 : 0),
    });
  }

  #loss(captureId: string, edge: Edge, transfer: Transfer, steps: Finding["steps"], isSevere: boolean): Finding {
    const ratio = transfer.resent / transfer.segments;
    const byTimeout = transfer.resent - transfer.fast - transfer.spurious;
    const place =
      transfer.holes > transfer.resent / 2
        ? "Holes are visible here: the loss lies before the place of capture."
        : "The lost segments themselves were seen here: the loss lies behind the place of capture.";
    return makeFinding(edge, transfer.lossy, {
      captureId,
      rule: "tcp.loss",
      severity: isSevere ? "critical" : "warning",
      title: `${edgeName(edge)}: packets are lost, ${formatRatio(ratio)} of data segments were sent again`,
      summary:
        `${transfer.resent} of ${transfer.segments} data segments were sent again on ${transfer.lossy.connectionCount} of ${transfer.connections} connections: ${transfer.fast} after duplicate ACKs, ` +
        `${byTimeout} after a timeout, ${transfer.spurious} in vain. ${place} No receive window was closed: the receivers kept up. Longest pause ${formatDurationNs(transfer.longestStallNs)}.` +
        (transfer.failedCalls > 0 ? ` ${transfer.failedCalls} of ${transfer.calls} calls failed.` : ""),
      advice:
        "Look for drops between the two: interface errors, a full queue, a rate limit, a firewall rule, an overloaded virtual switch; a capture at the other end tells on which side",
      refutedBy: "a capture at the other end in which every segment arrives once",
      steps,
      impact: transfer.resent / 5 + transfer.failedCalls * 2,
    });
  }
}

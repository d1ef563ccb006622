import { formatDurationNs, formatRatio, NS_PER_S } from "@weir/base";
import type { Call, Connection, Finding, TreeStep } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { makeFinding } from "../finding.ts";
import { runTree } from "../tree.ts";
import { addConnection, both, newTransfer, type Transfer } from "./transfer-sums.ts";
import { type TransferOutcome, transferTree } from "./transfer-tree.ts";

export const transferDescription: DetectorDescription = {
  rules: ["tcp.receiver-not-reading", "tcp.loss"],
  meaning:
    "Data does not get through: the receiver's window stands at zero because its process does not read, or segments are lost on the path and sent again. Where both are seen on an edge, the closed window leads: no loss closes a window, but who may not send has to send again.",
  thresholds:
    "200 ms at zero window on an edge, critical from 1 s; 1 % of data segments lost and sent again (degraded), 5 % (severe), at least 5 segments; repeats of data that had arrived do not count; more than 40 % repeats are not decided, because then the capture holds packets twice",
  refutedBy:
    "a capture at the receiver: for loss, one that shows the segments arriving once; for a full window, one that shows the process reading all the time",
};

/** Where segments were lost, by the answer to whether it was before the place of capture. */
const PLACE_WORDS: Readonly<Record<TreeStep["outcome"], string>> = {
  taken: "most of them were lost between the sender and the place of capture, which never saw them the first time",
  ruledOut: "most of them were lost behind the place of capture, which saw them the first time as well",
  cannotTell: "whether they had passed the place of capture is not known",
};

/** Data that does not get through: a receiver that does not read, or loss. One finding per edge. */
export class TransferDetector implements Detector {
  readonly rule = "tcp.transfer";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Transfer>(newTransfer);

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  connection(connection: Connection): void {
    if (connection.transport !== "tcp") return;
    const edge = this.#edges.of(connection);
    if (edge !== undefined) addConnection(edge, connection);
  }

  call(call: Call): void {
    if (call.transport !== "tcp") return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.calls += 1;
    if (call.status === "aborted" || call.status === "timeout" || call.status === "serverError") edge.failedCalls += 1;
  }

  finish(captureId: string): Finding[] {
    const tree = transferTree(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const { outcome, steps } = runTree(tree, aggregate);
      return outcome === "fine" ? [] : [this.#finding(captureId, edge, aggregate, outcome, steps)];
    });
  }

  #finding(
    captureId: string,
    edge: Edge,
    transfer: Transfer,
    outcome: Exclude<TransferOutcome, "fine">,
    steps: readonly TreeStep[],
  ): Finding {
    const common = { captureId, steps };
    switch (outcome) {
      case "serverNotReading":
        return this.#notReading(edge, transfer, edge.serverService, edge.clientService, common);
      case "clientNotReading":
        return this.#notReading(edge, transfer, edge.clientService, edge.serverService, common);
      case "severeLoss":
      case "loss":
        return this.#loss(edge, transfer, outcome === "severeLoss", common);
      case "closedAtEnd":
        return this.#undecidedWindow(edge, transfer, common);
      case "unsure":
        return this.#undecidedLoss(edge, transfer, common);
      default:
        return outcome satisfies never;
    }
  }

  #notReading(
    edge: Edge,
    transfer: Transfer,
    who: string,
    sender: string,
    { captureId, steps }: { readonly captureId: string; readonly steps: readonly TreeStep[] },
  ): Finding {
    const closedNs = both(transfer, "zeroWindowNs");
    const alsoLoss = steps.at(-1)?.outcome === "taken";
    const lost = both(transfer, "lost");
    return makeFinding(edge, transfer.closed, {
      captureId,
      rule: "tcp.receiver-not-reading",
      severity: closedNs >= this.#config.zeroWindowCriticalNs ? "critical" : "warning",
      title: `${edgeName(edge)}: ${who} is not reading, its receive windows stood at zero for ${formatDurationNs(closedNs)} in all`,
      summary:
        `On ${transfer.closed.connectionCount} of ${transfer.connections} connections ${who} announced a full receive buffer (${both(transfer, "zeroWindows")} zero windows, ${both(transfer, "probes")} probes), ${formatDurationNs(closedNs)} summed up. ` +
        `Its process does not take data out of the socket, and what ${sender} sends waits there.` +
        (alsoLoss
          ? ` The path loses packets as well: ${lost} of ${both(transfer, "segments")} segments were sent again. Loss delays, but it closes no window: the full receive queue is a cause of its own.`
          : "") +
        failedCalls(transfer),
      advice: `Look at what ${who} was doing then: a blocked event loop, a full thread pool, a lock, a dependency it waits for, or too little CPU${alsoLoss ? "; then look for the packet loss on the path" : ""}`,
      refutedBy: "a profile or socket statistics of the receiver that show it reading all the time",
      steps,
      impact: closedNs / NS_PER_S + transfer.failedCalls * 2 + (alsoLoss ? lost / 10 : 0),
    });
  }

  #loss(
    edge: Edge,
    transfer: Transfer,
    isSevere: boolean,
    { captureId, steps }: { readonly captureId: string; readonly steps: readonly TreeStep[] },
  ): Finding {
    const [lost, segments] = [both(transfer, "lost"), both(transfer, "segments")];
    const fast = Math.min(lost, both(transfer, "fast"));
    const { client, server } = transfer;
    const sender = client.lost >= server.lost ? edge.clientService : edge.serverService;
    return makeFinding(edge, transfer.lossy, {
      captureId,
      rule: "tcp.loss",
      severity: isSevere ? "critical" : "warning",
      title: `${edgeName(edge)}: packets are lost, ${formatRatio(lost / segments)} of data segments were sent again`,
      summary:
        `${lost} of ${segments} data segments were sent again on ${transfer.lossy.connectionCount} of ${transfer.connections} connections, most of them by ${sender}: ${fast} quickly, after duplicate ACKs, ` +
        `${lost - fast} after a timeout; ${PLACE_WORDS[steps.at(-1)?.outcome ?? "cannotTell"]}. No receive window was closed: the receivers kept up. Longest pause ${formatDurationNs(transfer.longestStallNs)}.${failedCalls(transfer)}`,
      advice:
        "Look for drops between the two: interface errors, a full queue, a rate limit, a firewall rule, an overloaded virtual switch; a capture at the other end tells on which side",
      refutedBy: "a capture at the other end in which every segment arrives once",
      steps,
      impact: lost / 5 + transfer.failedCalls * 2,
    });
  }

  #undecidedWindow(edge: Edge, transfer: Transfer, common: { captureId: string; steps: readonly TreeStep[] }): Finding {
    return makeFinding(edge, transfer.closed, {
      ...common,
      rule: "tcp.receiver-not-reading",
      severity: "info",
      decided: false,
      title: `${edgeName(edge)}: a receive window was at zero when the capture ended`,
      summary: `Cannot tell whether a process stopped reading, because the capture ended ${formatDurationNs(both(transfer, "zeroWindowNs"))} after the window closed.`,
      advice: "Capture for longer",
      refutedBy: "a longer capture in which the window opens again at once",
      impact: 0,
    });
  }

  #undecidedLoss(edge: Edge, transfer: Transfer, common: { captureId: string; steps: readonly TreeStep[] }): Finding {
    const reasons = [...transfer.lossy.gradeReasons].join(", ");
    return makeFinding(edge, transfer.lossy, {
      ...common,
      rule: "tcp.loss",
      severity: "info",
      decided: false,
      title: `${edgeName(edge)}: segments appear more than once`,
      summary: `Cannot tell whether the path loses packets, because the capture itself lacks packets or holds them twice: ${both(transfer, "lost")} of ${both(transfer, "segments")} segments are repeats${reasons === "" ? "" : ` (${reasons})`}.`,
      advice: "Capture at one place only, both directions, with a buffer large enough that nothing is dropped",
      refutedBy: transferDescription.refutedBy,
      impact: 0,
    });
  }
}

function failedCalls({ failedCalls: failed, calls }: Transfer): string {
  return failed > 0 ? ` ${failed} of ${calls} calls failed.` : "";
}

import { DDSketch } from "@datadog/sketches-js";
import { formatDurationNs } from "@weir/base";
import type { Call, Connection, Finding, TreeStep } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { dataSegments, lostSegments, roundTripToServerNs, zeroWindowNs } from "../measures.ts";
import { runTree } from "../tree.ts";
import { type Latency, percentileNs, slowTree } from "./slow-tree.ts";

export const slowDescription: DetectorDescription = {
  rules: ["network.slow-path", "app.slow-response"],
  meaning:
    "Tells a slow network (the handshake already takes long, or round trips fill the wait) from a slow application (the path is quick, the first byte of the answer is late). Loss and closed windows make answers late as well and have findings of their own.",
  thresholds:
    "median handshake above 100 ms; 95th percentile of the wait for the first byte above 1 s, with at least five calls; the path is to blame where the round trip fills half of the wait",
  refutedBy:
    "the server's own trace or log that shows quick answers (then the time is lost on the way), or a capture at the server; answers that are meant to come late, such as long polling",
};

/** Relative error of percentiles. */
const ACCURACY = { relativeAccuracy: 0.01 };

/** Slow, and whose fault it is: the path's or the application's. */
export class SlowDetector implements Detector {
  readonly rule = "slow";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Latency>(() => ({
    handshakeNs: new DDSketch(ACCURACY),
    roundTripNs: new DDSketch(ACCURACY),
    waitNs: new DDSketch(ACCURACY),
    segments: 0,
    lost: 0,
    zeroWindowNs: 0,
    slow: new EvidenceCollector(),
    far: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  connection(connection: Connection): void {
    if (connection.transport !== "tcp") return;
    const edge = this.#edges.of(connection);
    if (edge === undefined) return;
    edge.segments += dataSegments(connection);
    edge.lost += lostSegments(connection);
    edge.zeroWindowNs += zeroWindowNs(connection);
    const roundTripNs = roundTripToServerNs(connection);
    if (roundTripNs !== undefined) edge.roundTripNs.accept(roundTripNs);
    // A SYN that was sent again says more about loss than about distance.
    if (connection.handshakeNs === undefined || connection.synRetransmissions > 0) return;
    edge.handshakeNs.accept(connection.handshakeNs);
    if (connection.handshakeNs > this.#config.slowHandshakeNs) edge.far.connection(connection);
  }

  call(call: Call): void {
    // The handshakes of TLS are no questions to an application, and name resolution has a rule of its own.
    if (call.transport !== "tcp" || call.protocol === "tls" || call.protocol === "dns") return;
    if (call.waitNs === undefined) return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.waitNs.accept(call.waitNs);
    if (call.waitNs > this.#config.slowThinkNs) edge.slow.call(call);
  }

  finish(captureId: string): Finding[] {
    const tree = slowTree(this.#config);
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const { outcome, steps } = runTree(tree, aggregate);
      switch (outcome) {
        case "path":
        case "roundTrips":
          return [this.#slowPath(captureId, edge, aggregate, steps)];
        case "application":
          return [this.#slowResponse(captureId, edge, aggregate, steps, true)];
        case "unmeasured":
          return [this.#slowResponse(captureId, edge, aggregate, steps, false)];
        case "disturbed":
        case "fine":
          return [];
        default:
          return outcome satisfies never;
      }
    });
  }

  #slowPath(captureId: string, edge: Edge, latency: Latency, steps: readonly TreeStep[]): Finding {
    const { handshakeNs, far, slow } = latency;
    const tripNs = percentileNs(handshakeNs, 0.5) ?? percentileNs(latency.roundTripNs, 0.5) ?? 0;
    const evidence = far.connectionCount > 0 ? far : slow;
    return makeFinding(edge, evidence, {
      captureId,
      rule: "network.slow-path",
      severity: Math.max(handshakeNs.count, slow.callCount) < this.#config.slowMinCalls ? "info" : "warning",
      title: `${edgeName(edge)}: the path is slow, ${handshakeNs.count > 0 ? "a handshake" : "a round trip"} takes ${formatDurationNs(tripNs)}`,
      summary: `${handshakeNs.count > 0 ? `The median of ${handshakeNs.count} handshakes` : "The median of the connections' smallest round trips"} is ${formatDurationNs(tripNs)}. No application is involved in them: the time is spent on the way.`,
      advice:
        "See whether other edges of the same client or server are slow too: the common end, zone or link is the place to look",
      refutedBy: "handshakes on the same path that are quick at the same time",
      steps,
      impact: Math.max(1, far.connectionCount, slow.callCount) / 2,
    });
  }

  #slowResponse(
    captureId: string,
    edge: Edge,
    { waitNs, slow }: Latency,
    steps: readonly TreeStep[],
    decided: boolean,
  ): Finding {
    const server = edge.serverService;
    const p95 = formatDurationNs(percentileNs(waitNs, 0.95) ?? 0);
    const seen = `${slow.callCount} of ${waitNs.count} calls waited more than ${formatDurationNs(this.#config.slowThinkNs)} for the first byte`;
    return makeFinding(edge, slow, {
      captureId,
      rule: "app.slow-response",
      severity: decided ? "warning" : "info",
      decided,
      title: `${edgeName(edge)}: ${decided ? `${server} answers slowly` : "answers are slow"}, ${p95} at the 95th percentile`,
      summary: decided
        ? `${seen}. The path is quick: the time is spent in ${server} or in what it waits for.`
        : `${seen}. Cannot tell whether the path or ${server} is slow, because the capture has neither a handshake nor a round trip of this edge.`,
      advice: decided
        ? `Look at what ${server} did for these calls: its own calls to others in the same time, its CPU, its locks`
        : "Capture both directions, and long enough that connections begin in it",
      refutedBy: slowDescription.refutedBy,
      steps,
      impact: decided ? slow.callCount : 0,
    });
  }
}

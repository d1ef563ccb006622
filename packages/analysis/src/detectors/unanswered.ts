import { DDSketch } from "@datadog/sketches-js";
import { formatDurationNs, formatRatio } from "@weir/base";
import type { Call, Connection, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { Sight } from "../sight.ts";
import { Tally } from "../tally.ts";
import { runTree } from "../tree.ts";

export const unansweredDescription: DetectorDescription = {
  rules: ["call.unanswered"],
  meaning:
    "Calls that never got an answer: the client gave up, the server hung up, or nothing came. Calls that were open when the capture ended do not count.",
  thresholds: "one call and 0.5 % of the edge's calls; critical from 5 % and three calls",
  refutedBy: "an answer to the same request that the capture missed, or one on another connection",
};

interface Silence {
  calls: number;
  answered: number;
  unanswered: number;
  /** Unanswered in a capture with holes at that place. */
  inHoles: number;
  /** Answers that began and did not end. */
  begun: number;
  /** On connections where the server did send something, which was no answer that could be read. */
  unread: number;
  /** How the connections of unanswered calls ended. */
  byClient: number;
  byServer: number;
  /** From the request's first byte until its client ended the connection, in nanoseconds. */
  readonly patienceNs: DDSketch;
  /** Connections whose end is still to come, with the moment at which their request began. */
  readonly waiting: Map<string, bigint>;
  readonly targets: Tally;
  readonly sight: Sight;
  readonly evidence: EvidenceCollector;
}
type Outcome = "unsure" | "cutByServer" | "cutByClient" | "unread" | "clientGaveUp" | "serverHungUp" | "nothingCame";

type Node = TreeNode<Silence, Outcome>;

/** Connections with unanswered calls whose end is still to come, per edge. */
const MAX_WAITING = 10_000;
/** Grades on which an answer may have been there. */
const HOLES: ReadonlySet<string> = new Set([
  "captureLoss",
  "missingSegments",
  "snapLength",
  "oneDirection",
  "limitReached",
]);

const whoNode: Node = {
  question: "Did the server end the connection?",
  test: ({ byServer, byClient }) => byServer > byClient,
  measured: ({ byServer, byClient, unanswered }) =>
    `${byServer} ended by the server, ${byClient} by the client, ${unanswered - byServer - byClient} by nobody`,
  threshold: "more often than the client",
  yes: "serverHungUp",
  no: {
    question: "Did the client end it, tired of waiting?",
    test: ({ byServer, byClient }) => byClient > 0 && byClient >= byServer,
    measured: ({ byClient, unanswered, patienceNs }) => `${byClient} of ${unanswered}${afterText(patienceNs)}`,
    threshold: "any",
    yes: "clientGaveUp",
    no: "nothingCame",
  },
};

const tree: Node = {
  question: "May the answers have been there without being captured?",
  test: ({ sight, inHoles, unanswered, answered }) => (sight.isOneWay && answered === 0) || inHoles * 2 > unanswered,
  measured: ({ sight, inHoles, unanswered }) =>
    sight.isOneWay ? "only one way was captured" : `${inHoles} of ${unanswered} where the capture has holes`,
  threshold: "one way only, or holes at more than half",
  yes: "unsure",
  no: {
    question: "Did answers begin, and stop in the middle?",
    test: ({ begun, unanswered }) => begun * 2 > unanswered,
    measured: ({ begun, unanswered }) => `${begun} of ${unanswered}`,
    threshold: "more than half",
    yes: {
      question: "Did the server end the connections in the middle of its answers?",
      test: ({ byServer, byClient }) => byServer >= byClient,
      measured: ({ byServer, byClient }) => `${byServer} ended by the server, ${byClient} by the client`,
      threshold: "no less often than the client",
      yes: "cutByServer",
      no: "cutByClient",
    },
    no: {
      question: "Did something come back that is no readable answer?",
      test: ({ unread, unanswered }) => unread * 2 > unanswered,
      measured: ({ unread, unanswered }) => `bytes from the server on the connections of ${unread} of ${unanswered}`,
      threshold: "more than half",
      yes: "unread",
      no: whoNode,
    },
  },
};

/** Calls without an answer. */
export class UnansweredDetector implements Detector {
  readonly rule = "call.unanswered";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Silence>(() => ({
    calls: 0,
    answered: 0,
    unanswered: 0,
    inHoles: 0,
    begun: 0,
    unread: 0,
    byClient: 0,
    byServer: 0,
    patienceNs: new DDSketch({ relativeAccuracy: 0.01 }),
    waiting: new Map(),
    targets: new Tally(),
    sight: new Sight(),
    evidence: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  call(call: Call): void {
    // Unanswered questions of DNS and handshakes of TLS have rules of their own.
    if (call.protocol === "dns" || call.protocol === "tls") return;
    const edge = this.#edges.of(call);
    if (edge === undefined) return;
    edge.calls += 1;
    if (call.status !== "aborted" && call.status !== "timeout") {
      if (call.responsePackets.length > 0) edge.answered += 1;
      return;
    }
    if (call.gradeReasons.includes("captureEnded")) return;
    edge.unanswered += 1;
    if (call.responsePackets.length > 0) edge.begun += 1;
    if (call.gradeReasons.some((reason) => HOLES.has(reason))) edge.inHoles += 1;
    edge.targets.add(`${call.operation} ${call.target.split("?")[0]}`);
    edge.evidence.call(call);
    if (edge.waiting.size < MAX_WAITING) edge.waiting.set(call.connectionId, call.startedAt);
  }

  connection(connection: Connection): void {
    if (connection.calls === 0) return;
    const edge = this.#edges.of(connection);
    if (edge === undefined) return;
    edge.sight.see(connection);
    const askedAt = edge.waiting.get(connection.connectionId);
    if (askedAt === undefined) return;
    if (connection.calls === 1 && connection.serverPayloadBytes > 0) edge.unread += 1;
    if (connection.closedBy === "") return;
    edge.waiting.delete(connection.connectionId);
    if (connection.closedBy === "server") {
      edge.byServer += 1;
      return;
    }
    edge.byClient += 1;
    const endedAt = connection.startedAt + BigInt(connection.closedAfterNs ?? 0);
    edge.patienceNs.accept(Math.max(0, Number(endedAt - askedAt)));
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const { unanswered, calls } = aggregate;
      const isEnough = unanswered >= this.#config.unansweredMin && unanswered >= calls * this.#config.unansweredRatio;
      return isEnough && unanswered > 0 ? [this.#finding(captureId, edge, aggregate)] : [];
    });
  }

  #finding(captureId: string, edge: Edge, silence: Silence): Finding {
    const { outcome, steps } = runTree(tree, silence);
    const { unanswered, calls } = silence;
    const decided = outcome !== "unsure" && outcome !== "unread";
    const ratio = unanswered / calls;
    const isCut = outcome === "cutByServer" || outcome === "cutByClient";
    const isCritical = ratio > this.#config.unansweredCriticalRatio && unanswered > 2;
    const { says, advice } = wordsOf(outcome, edge, afterText(silence.patienceNs));
    return makeFinding(edge, silence.evidence, {
      captureId,
      rule: this.rule,
      severity: !decided ? "info" : isCritical ? "critical" : "warning",
      decided,
      title: `${edgeName(edge)}: ${unanswered} ${unanswered === 1 ? "call" : "calls"} got no ${isCut ? "whole " : ""}answer`,
      summary: `${unanswered} of ${calls} calls (${formatRatio(ratio)}) have no ${isCut ? "whole " : ""}answer. ${says} Most hit: ${silence.targets.top()}.`,
      advice,
      refutedBy: unansweredDescription.refutedBy,
      steps,
      impact: decided ? unanswered * 1.5 : 0,
    });
  }
}

/** ` after 1.20 s` at the median; empty where nobody was seen to give up. */
function afterText(patienceNs: DDSketch): string {
  return patienceNs.count === 0 ? "" : ` after ${formatDurationNs(patienceNs.getValueAtQuantile(0.5))}`;
}

function wordsOf(
  outcome: Outcome,
  { clientService, serverService }: Edge,
  after: string,
): { says: string; advice: string } {
  switch (outcome) {
    case "unsure":
      return {
        says: "Cannot tell whether they were answered, because the capture lacks the packets in which answers would be.",
        advice: "Capture both directions, whole packets, with a buffer large enough that nothing is dropped",
      };
    case "unread":
      return {
        says: `Cannot tell whether they were answered, because ${serverService} sent something that could not be read as an answer.`,
        advice:
          "Look at what came back in the packets: a broken answer, another protocol, or packets that the capture has out of order",
      };
    case "cutByServer":
      return {
        says: `${serverService} began to answer, and ended the connections before it was through.`,
        advice: `Look at ${serverService} at that time: a crash, a restart, a limit of time or size, a server behind it that failed`,
      };
    case "cutByClient":
      return {
        says: `${serverService} began to answer, and ${clientService} ended the connections before it was through${after}.`,
        advice: `Compare the time-out of ${clientService} with how long answers of ${serverService} take, and look at what it does with them`,
      };
    case "clientGaveUp":
      return {
        says: `${clientService} ended the connections before an answer came: it gave up${after}.`,
        advice: `Look at what ${serverService} did with these requests, and compare the time-out of ${clientService} with how long it takes`,
      };
    case "serverHungUp":
      return {
        says: `${serverService} ended the connections instead of answering.`,
        advice: `Look at ${serverService} at that time: a crash, a restart, an idle limit shorter than the client's`,
      };
    case "nothingCame":
      return {
        says: "Nothing came back before the connections were closed or the capture ended; the packets do not say who gave up first.",
        advice: `Look at what ${serverService} did with these requests, and at the time-outs of both sides`,
      };
    default:
      return outcome satisfies never;
  }
}

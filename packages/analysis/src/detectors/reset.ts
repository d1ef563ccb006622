import { formatDurationNs, formatRatio } from "@weir/base";
import type { Connection, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { dataSegments } from "../measures.ts";
import { isOneWay } from "../sight.ts";
import { runTree } from "../tree.ts";
import { isGivenUp, isResetAfterSilence, isResetFromElsewhere } from "../verdicts/reset-question.ts";

export const resetDescription: DetectorDescription = {
  rules: ["tcp.reset"],
  meaning:
    "Connections cut by a reset while they were in use. A client that resets after the last answer was complete (probes, pools) is normal and not counted. A reset from another distance than its side's own packets points at a middlebox, one after a long silence at an idle limit.",
  thresholds: "two connections reset in the middle and 2 % of the edge's; half of them for what they have in common",
  refutedBy: "an application log that shows the side closing on purpose after it was done",
};

interface Resets {
  connections: number;
  byServer: number;
  byClient: number;
  /** Resets that came from another distance than their side's packets; and those where that can be told. */
  fromElsewhere: number;
  comparable: number;
  afterSilence: number;
  longestSilenceNs: number;
  /** The client reset while calls of it were without a good answer. */
  gaveUp: number;
  /** Connections of which only one way was seen. */
  oneWay: number;
  readonly evidence: EvidenceCollector;
}

type Outcome = "unsure" | "middlebox" | "idle" | "server" | "gaveUp" | "client";
type Node = TreeNode<Resets, Outcome>;

const whoNode: Node = {
  question: "Does the server reset?",
  test: ({ byServer, byClient }) => byServer >= byClient,
  measured: ({ byServer, byClient }) => `${byServer} by the server, ${byClient} by the client`,
  threshold: "the majority",
  yes: "server",
  no: {
    question: "Did the client give up waiting for answers?",
    test: ({ gaveUp, byClient }) => gaveUp * 2 >= byClient,
    measured: ({ gaveUp, byClient }) => `${gaveUp} of ${byClient} with failed or unanswered calls`,
    threshold: "at least half",
    yes: "gaveUp",
    no: "client",
  },
};

function treeOf(config: AnalysisConfig): Node {
  return {
    question: "Was only one way of these connections captured?",
    test: ({ oneWay, byServer, byClient }) => oneWay * 2 > byServer + byClient,
    measured: ({ oneWay, byServer, byClient }) => `${oneWay} of ${byServer + byClient}`,
    threshold: "more than half",
    yes: "unsure",
    no: {
      question: "Do the resets come from somebody else than the side they claim?",
      test: ({ fromElsewhere, comparable }) => (comparable === 0 ? undefined : fromElsewhere * 2 >= comparable),
      measured: ({ fromElsewhere, comparable }) =>
        `${fromElsewhere} of ${comparable} from another distance than the side's packets`,
      threshold: "at least half",
      yes: "middlebox",
      no: {
        question: "Did they come after a long silence?",
        test: ({ afterSilence, byServer, byClient }) => afterSilence * 2 >= byServer + byClient,
        measured: ({ afterSilence, longestSilenceNs }) =>
          `${afterSilence}, the longest pause ${formatDurationNs(longestSilenceNs)}`,
        threshold: `at least half, more than ${formatDurationNs(config.resetIdleNs)} of silence`,
        yes: "idle",
        no: whoNode,
      },
    },
  };
}

/** Connections reset in the middle. */
export class ResetDetector implements Detector {
  readonly rule = "tcp.reset";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Resets>(() => ({
    connections: 0,
    byServer: 0,
    byClient: 0,
    fromElsewhere: 0,
    comparable: 0,
    afterSilence: 0,
    longestSilenceNs: 0,
    gaveUp: 0,
    oneWay: 0,
    evidence: new EvidenceCollector(),
  }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  connection(connection: Connection): void {
    if (connection.transport !== "tcp") return;
    const edge = this.#edges.of(connection);
    if (edge === undefined) return;
    edge.connections += 1;
    const byServer = connection.closeReason === "resetByServer";
    if (!byServer && connection.closeReason !== "resetByClient") return;
    // A handshake that is reset before any data is a failed attempt or a probe, not a cut conversation.
    if (dataSegments(connection) === 0) return;
    if (byServer) edge.byServer += 1;
    else edge.byClient += 1;
    const elsewhere = isResetFromElsewhere(connection);
    if (elsewhere !== undefined) edge.comparable += 1;
    if (elsewhere === true) edge.fromElsewhere += 1;
    if (isResetAfterSilence(connection, this.#config)) edge.afterSilence += 1;
    edge.longestSilenceNs = Math.max(edge.longestSilenceNs, connection.longestStallNs);
    if (isGivenUp(connection)) edge.gaveUp += 1;
    if (isOneWay(connection)) edge.oneWay += 1;
    edge.evidence.connection(connection);
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const resets = aggregate.byServer + aggregate.byClient;
      const isEnough = resets >= this.#config.resetMin && resets >= aggregate.connections * this.#config.resetMinRatio;
      return isEnough ? [this.#finding(captureId, edge, aggregate, resets)] : [];
    });
  }

  #finding(captureId: string, edge: Edge, resets: Resets, count: number): Finding {
    const { outcome, steps } = runTree(treeOf(this.#config), resets);
    const decided = outcome !== "unsure";
    const { who, advice } = wordsOf(outcome, edge);
    return makeFinding(edge, resets.evidence, {
      captureId,
      rule: "tcp.reset",
      severity: decided ? "warning" : "info",
      decided,
      title: `${edgeName(edge)}: ${who} resets connections in the middle`,
      summary: decided
        ? `${count} of ${resets.connections} connections (${formatRatio(count / resets.connections)}) were cut by a reset while they carried data: ${resets.byServer} from the server's address, ${resets.byClient} from the client's.`
        : `Cannot tell whether these resets cut anything, because only one way of the connections was captured: ${count} of ${resets.connections} end in a reset.`,
      advice,
      refutedBy: resetDescription.refutedBy,
      steps,
      impact: decided ? count : 0,
    });
  }
}

function wordsOf(outcome: Outcome, { clientService, serverService }: Edge): { who: string; advice: string } {
  const lookAt = (who: string) =>
    `Look at ${who} at that time: a crash or restart, a limit or time-out that it enforces, unread data when it closes`;
  switch (outcome) {
    case "unsure":
      return { who: "one side", advice: "Capture both directions" };
    case "middlebox":
      return { who: "something on the path", advice: "Look for a firewall or load balancer between the two" };
    case "idle":
      return {
        who: "an idle limit",
        advice:
          "Compare the idle limits of both sides and of what stands between them: the client's must be the shortest, or keep-alives more frequent",
      };
    case "gaveUp":
      return {
        who: `${clientService}, which gave up waiting,`,
        advice: `Look at why ${serverService} did not answer in time`,
      };
    case "server":
      return { who: serverService, advice: lookAt(serverService) };
    case "client":
      return { who: clientService, advice: lookAt(clientService) };
    default:
      return outcome satisfies never;
  }
}

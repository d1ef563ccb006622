import { formatRatio } from "@weir/base";
import type { Connection, Finding } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription, TreeNode } from "../contract.ts";
import { EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { runTree } from "../tree.ts";

export const resetDescription: DetectorDescription = {
  rules: ["tcp.reset"],
  meaning:
    "Connections cut by a reset while they were in use. A client that resets after the last answer was complete (probes, pools) is normal and not counted.",
  thresholds: "two connections reset in the middle; a TTL other than the side's own points at a middlebox",
  refutedBy: "an application log that shows the side closing on purpose after it was done",
};

interface Resets {
  connections: number;
  byServer: number;
  byClient: number;
  strangeTtl: number;
  readonly evidence: EvidenceCollector;
}

type Outcome = "middlebox" | "server" | "client";

const tree: TreeNode<Resets, Outcome> = {
  question: "Do the resets come from somebody else than the side they claim?",
  test: ({ strangeTtl, byServer, byClient }) => strangeTtl > 0 && strangeTtl * 2 >= byServer + byClient,
  measured: ({ strangeTtl, byServer, byClient }) =>
    `${strangeTtl} of ${byServer + byClient} resets with another TTL than their side's packets`,
  threshold: "at least half",
  yes: "middlebox",
  no: {
    question: "Does the server reset?",
    test: ({ byServer, byClient }) => byServer >= byClient,
    measured: ({ byServer, byClient }) => `${byServer} by the server, ${byClient} by the client`,
    threshold: "the majority",
    yes: "server",
    no: "client",
  },
};

/** Connections reset in the middle. */
export class ResetDetector implements Detector {
  readonly rule = "tcp.reset";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Resets>(() => ({
    connections: 0,
    byServer: 0,
    byClient: 0,
    strangeTtl: 0,
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
    if (connection.clientDataSegments + connection.serverDataSegments === 0) return;
    if (byServer) edge.byServer += 1;
    else edge.byClient += 1;
    const ownTtl = byServer ? connection.serverTtl : connection.clientTtl;
    if (connection.resetTtl !== undefined && ownTtl !== undefined && Math.abs(connection.resetTtl - ownTtl) > 1)
      edge.strangeTtl += 1;
    edge.evidence.connection(connection);
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) => {
      const resets = aggregate.byServer + aggregate.byClient;
      if (resets < this.#config.resetMin) return [];
      const { outcome, steps } = runTree(tree, aggregate);
      const who = { middlebox: "something on the path", server: edge.serverService, client: edge.clientService }[
        outcome
      ];
      return [
        makeFinding(edge, aggregate.evidence, {
          captureId,
          rule: "tcp.reset",
          severity: "warning",
          title: `${edgeName(edge)}: ${who} resets connections in the middle`,
          summary: `${resets} of ${aggregate.connections} connections (${formatRatio(resets / aggregate.connections)}) were cut by a reset while they carried data: ${aggregate.byServer} from the server's address, ${aggregate.byClient} from the client's.`,
          advice:
            outcome === "middlebox"
              ? "Look for a firewall, load balancer or idle limit between the two"
              : `Look at ${who} at that time: a crash or restart, a limit or time-out that it enforces, unread data when it closes`,
          refutedBy: resetDescription.refutedBy,
          steps,
          impact: resets,
        }),
      ];
    });
  }
}

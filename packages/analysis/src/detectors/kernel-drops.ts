import { formatRatio } from "@weir/base";
import { type Connection, type Finding, NOT_ESTABLISHED } from "@weir/model";
import type { AnalysisConfig } from "../config.ts";
import type { Detector, DetectorDescription } from "../contract.ts";
import { type Edge, EdgeMap, edgeName } from "../edges.ts";
import { EvidenceCollector } from "../evidence.ts";
import { makeFinding } from "../finding.ts";
import { type DropFault, KERNEL_DROP_WORDS } from "./kernel-drops-words.ts";

export const kernelDropsDescription: DetectorDescription = {
  rules: Object.values(KERNEL_DROP_WORDS).map(({ rule }) => rule),
  meaning:
    "Packets that the kernel of an agent's host dropped, by its own account: a rule of a firewall, a full accept queue, no route, nobody who listens, a broken packet, a full queue. What packets alone leave open, this decides. Only where an agent hears the kernel's drops.",
  thresholds:
    "one connection; of full queues 1 % of the packets of the connections that were hit; critical where at least half of them never came about",
  refutedBy:
    "a counter of the same place that stands still meanwhile (nft list ruleset with counters, nstat, tc -s qdisc)",
};

/** Kinds of drops that name a fault by themselves. */
const FAULTS: ReadonlyMap<string, DropFault> = new Map([
  ["firewall", "firewall"],
  ["listenQueue", "listenQueue"],
  ["routing", "routing"],
  ["packet", "packet"],
  ["queue", "queue"],
] as const);
const NO_SOCKET = "socket NO_SOCKET ";
const LISTEN_DROPS = "socket LISTEN_DROPS ";
/** Causes that a finding names. */
const MAX_CAUSES = 4;

interface Hit {
  connections: number;
  notEstablished: number;
  clientDrops: number;
  serverDrops: number;
  packets: number;
  readonly causes: Set<string>;
  readonly evidence: EvidenceCollector;
}

interface Drops {
  connections: number;
  readonly hits: Map<DropFault, Hit>;
}

/** Why the kernel dropped packets of connections. */
export class KernelDropsDetector implements Detector {
  readonly rule = "kernel.drops";
  readonly #config: AnalysisConfig;
  readonly #edges = new EdgeMap<Drops>(() => ({ connections: 0, hits: new Map() }));

  constructor(config: AnalysisConfig) {
    this.#config = config;
  }

  connection(connection: Connection): void {
    if (connection.clientDrops === undefined) return;
    const drops = this.#edges.of(connection);
    if (drops === undefined) return;
    drops.connections += 1;
    const faults = new Map<DropFault, string[]>();
    for (const cause of (connection.dropCauses ?? "").split(", ")) {
      const fault = faultOf(cause, connection);
      if (fault !== undefined) faults.set(fault, [...(faults.get(fault) ?? []), cause]);
    }
    for (const [fault, causes] of faults) count(drops, fault, causes, connection);
  }

  finish(captureId: string): Finding[] {
    return [...this.#edges.all()].flatMap(({ edge, aggregate }) =>
      [...aggregate.hits]
        .filter(([fault, hit]) => fault !== "queue" || dropsOf(hit) >= hit.packets * this.#config.kernelQueueMinRatio)
        .map(([fault, hit]) => this.#finding(captureId, edge, fault, hit, aggregate.connections)),
    );
  }

  #finding(captureId: string, edge: Edge, fault: DropFault, hit: Hit, connections: number): Finding {
    const { rule, what, means, advice } = KERNEL_DROP_WORDS[fault];
    const isCritical = hit.notEstablished * 2 >= hit.connections && fault !== "queue";
    const ratio = formatRatio(hit.connections / connections);
    const causes = [...hit.causes].join(", ");
    const drops = dropsOf(hit);
    const packets =
      drops === 0
        ? ""
        : ` ${drops} of their packets were dropped, ${hit.clientDrops} of the client's and ${hit.serverDrops} of the server's.`;
    return makeFinding(edge, hit.evidence, {
      captureId,
      rule,
      severity: isCritical ? "critical" : "warning",
      title: `${edgeName(edge)}: ${what}`,
      summary: `${hit.connections} of ${connections} connections (${ratio}) were hit, ${hit.notEstablished} of them never came about.${packets} ${means}`,
      advice,
      refutedBy: kernelDropsDescription.refutedBy,
      steps: [
        {
          question: "Which reason and place in its code does the kernel give?",
          measured: causes,
          threshold: `any of the kind ${fault}`,
          outcome: "taken",
        },
      ],
      impact: hit.notEstablished + (hit.connections - hit.notEstablished) * 0.5,
    });
  }
}

/** What a cause is a fault of; undefined where it says nothing by itself, as a packet to a socket that was closed. */
function faultOf(cause: string, { closeReason }: Connection): DropFault | undefined {
  if (cause.startsWith(LISTEN_DROPS)) return "listener";
  if (cause.startsWith(NO_SOCKET)) return isNotEstablished(closeReason) ? "noListener" : undefined;
  return FAULTS.get(cause.split(" ")[0] ?? "");
}

function count({ hits }: Drops, fault: DropFault, causes: readonly string[], connection: Connection): void {
  const hit = hits.get(fault) ?? {
    connections: 0,
    notEstablished: 0,
    clientDrops: 0,
    serverDrops: 0,
    packets: 0,
    causes: new Set(),
    evidence: new EvidenceCollector(),
  };
  hits.set(fault, hit);
  hit.connections += 1;
  if (isNotEstablished(connection.closeReason)) hit.notEstablished += 1;
  hit.clientDrops += connection.clientDrops ?? 0;
  hit.serverDrops += connection.serverDrops ?? 0;
  hit.packets += connection.clientPackets + connection.serverPackets;
  for (const cause of causes) if (hit.causes.size < MAX_CAUSES) hit.causes.add(cause);
  hit.evidence.connection(connection);
}

function isNotEstablished(closeReason: Connection["closeReason"]): boolean {
  return NOT_ESTABLISHED.some((reason) => reason === closeReason);
}

function dropsOf({ clientDrops, serverDrops }: Hit): number {
  return clientDrops + serverDrops;
}

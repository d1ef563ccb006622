import { DDSketch } from "@datadog/sketches-js";
import { edgeKeysOf, OTHER_CLIENTS, VerdictCounts } from "@weir/analysis";
import { type Call, type Connection, NOT_ESTABLISHED } from "@weir/model";

/** One edge of the capture: who asked whom, how much, how well. Latencies are sketches with 1 % relative error. */
export interface EdgeTotals {
  readonly client: string;
  readonly server: string;
  readonly serverPort: number;
  readonly transport: string;
  readonly protocols: Set<string>;
  connections: number;
  failedConnections: number;
  calls: number;
  callErrors: number;
  bytes: number;
  dataSegments: number;
  retransmissions: number;
  readonly callDurationNs: DDSketch;
  readonly handshakeNs: DDSketch;
  /** How many connections arrived at which outcome of the verdict trees. */
  readonly verdicts: VerdictCounts;
}

type EdgeEnds = Pick<EdgeTotals, "client" | "server" | "serverPort" | "transport">;

/** Where only some of the packets were captured, how a record ended and how long it took says nothing. */
export function isSampled({ gradeReasons }: Connection | Call): boolean {
  return gradeReasons.includes("sampled");
}

const FAILED: ReadonlySet<Connection["closeReason"]> = new Set(NOT_ESTABLISHED);

/** More edges than a page can show or a person can read; further clients of a server are added up as one. */
const MAX_EDGES = 2_000;

/** Adds up connections and calls per edge; memory grows with edges only. */
export class EdgeTable {
  /** In the order in which they came. */
  readonly #edges: EdgeTotals[] = [];
  /** By transport and the texts of their ends. */
  readonly #byTransport = new Map<string, Map<string, EdgeTotals>>();

  connection(connection: Connection): void {
    const edge = this.#edgeOf(connection);
    edge.connections += connection.attempts;
    if (connection.protocol !== "") edge.protocols.add(connection.protocol);
    edge.bytes += connection.clientBytes + connection.serverBytes;
    if (isSampled(connection)) return;
    if (FAILED.has(connection.closeReason)) edge.failedConnections += connection.attempts;
    edge.verdicts.add(connection);
    edge.dataSegments += connection.clientDataSegments + connection.serverDataSegments;
    edge.retransmissions += connection.clientDataRetransmissions + connection.serverDataRetransmissions;
    if (connection.handshakeNs !== undefined) edge.handshakeNs.accept(connection.handshakeNs);
  }

  call(call: Call): void {
    const edge = this.#edgeOf(call);
    edge.calls += 1;
    if (isSampled(call)) return;
    if (call.status !== "ok" && call.status !== "unknown") edge.callErrors += 1;
    if (call.durationNs !== undefined) edge.callDurationNs.accept(call.durationNs);
  }

  /** Edges, busiest first. */
  all(): EdgeTotals[] {
    return [...this.#edges].sort((a, b) => b.calls - a.calls || b.bytes - a.bytes || a.client.localeCompare(b.client));
  }

  #edgeOf(record: Pick<Connection, "clientService" | "serverService" | "serverPort" | "transport">): EdgeTotals {
    const { clientService, serverService, serverPort, transport } = record;
    const { own, others } = edgeKeysOf(record);
    const known = this.#byTransport.get(transport)?.get(own);
    if (known !== undefined) return known;
    if (this.#edges.length < MAX_EDGES)
      return this.#entry(own, { client: clientService, server: serverService, serverPort, transport });
    if (this.#edges.length < 2 * MAX_EDGES)
      return this.#entry(others, { client: OTHER_CLIENTS, server: serverService, serverPort, transport });
    return this.#entry("", { client: OTHER_CLIENTS, server: "other servers", serverPort: 0, transport: "" });
  }

  #entry(key: string, ends: EdgeEnds): EdgeTotals {
    let byKey = this.#byTransport.get(ends.transport);
    if (byKey === undefined) {
      byKey = new Map();
      this.#byTransport.set(ends.transport, byKey);
    }
    const known = byKey.get(key);
    if (known !== undefined) return known;
    const edge = newEdge(ends);
    byKey.set(key, edge);
    this.#edges.push(edge);
    return edge;
  }
}

function newEdge(ends: EdgeEnds): EdgeTotals {
  return {
    ...ends,
    protocols: new Set(),
    connections: 0,
    failedConnections: 0,
    calls: 0,
    callErrors: 0,
    bytes: 0,
    dataSegments: 0,
    retransmissions: 0,
    callDurationNs: new DDSketch({ relativeAccuracy: 0.01 }),
    handshakeNs: new DDSketch({ relativeAccuracy: 0.01 }),
    verdicts: new VerdictCounts(),
  };
}

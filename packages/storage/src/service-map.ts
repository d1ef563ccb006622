import { NOT_ESTABLISHED } from "@weir/model";
import { conditionOf, type Scope, type Store } from "./store.ts";

/** One edge with what was counted and measured on it. */
export interface EdgeRow {
  readonly clientService: string;
  readonly serverService: string;
  readonly serverPort: number;
  readonly transport: string;
  readonly protocols: readonly string[];
  readonly addresses: readonly string[];
  readonly clientAddresses: readonly string[];
  readonly connections: number;
  readonly failedConnections: number;
  readonly calls: number;
  readonly callErrors: number;
  readonly bytes: number;
  readonly segments: number;
  readonly resent: number;
  readonly seconds: number;
  readonly handshakeNs: readonly number[];
  readonly durationNs: readonly number[];
  readonly measuredCalls: number;
  readonly measuredHandshakes: number;
  /** How many connections arrived at which outcome of the verdict trees. */
  readonly handshakeVerdicts: Readonly<Record<string, number>>;
  readonly failingVerdicts: Readonly<Record<string, number>>;
  readonly slowVerdicts: Readonly<Record<string, number>>;
}

const MAX_EDGES = 1000;
const EDGE = "client_service, server_service, server_port, transport";

/** Counts by outcome; connections that were not judged have none. */
const counted = (tree: "handshake" | "failing" | "slow") =>
  `sumMapIf(map(assumeNotNull(${tree}_verdict), toUInt64(1)), ${tree}_verdict IS NOT NULL) AS ${tree}Verdicts`;

/**
 * Edges between services. Captures of several hosts see the same edge more than once: it is taken from the capture that saw most of it.
 * Conditions name columns of connections.
 */
export async function readEdges(store: Store, scope: Scope): Promise<EdgeRow[]> {
  const { where, params } = conditionOf(scope);
  return store.rows<EdgeRow>(
    `SELECT * FROM (
      SELECT capture_id AS captureId, client_service AS clientService, server_service AS serverService, server_port AS serverPort, transport,
        arrayFilter(p -> p != '', groupUniqArray(protocol)) AS protocols,
        groupUniqArray(8)(server_address) AS addresses, groupUniqArray(8)(client_address) AS clientAddresses,
        count() AS connections,
        countIf(close_reason IN (${NOT_ESTABLISHED.map((reason) => `'${reason}'`).join(", ")})) AS failedConnections,
        ${counted("handshake")}, ${counted("failing")}, ${counted("slow")},
        sum(calls) AS calls_, sum(call_errors) AS callErrors,
        sum(client_bytes + server_bytes) AS bytes,
        sum(client_data_segments + server_data_segments) AS segments,
        sum(client_data_retransmissions + server_data_retransmissions) AS resent,
        quantilesTDigestIf(0.5)(assumeNotNull(handshake_ns), handshake_ns IS NOT NULL) AS handshakeNs,
        countIf(handshake_ns IS NOT NULL) AS measuredHandshakes
      FROM connections WHERE ${where}
      GROUP BY capture_id, ${EDGE}
      ORDER BY calls_ DESC, connections DESC, bytes DESC
      LIMIT 1 BY ${EDGE}
      LIMIT ${MAX_EDGES}
    ) AS edges
    LEFT JOIN (
      SELECT capture_id AS captureId, client_service AS clientService, server_service AS serverService, server_port AS serverPort, transport,
        count() AS calls,
        quantilesTDigestIf(0.5, 0.95, 0.99)(assumeNotNull(duration_ns), duration_ns IS NOT NULL) AS durationNs,
        countIf(duration_ns IS NOT NULL) AS measuredCalls
      FROM calls WHERE ${where.includes("connection_id") ? "1" : scope.captureId === undefined ? "1" : "capture_id = {captureId:String}"}
      GROUP BY capture_id, ${EDGE}
    ) AS answers USING (captureId, clientService, serverService, serverPort, transport)
    LEFT JOIN (
      SELECT capture_id AS captureId, max(toUnixTimestamp64Nano(assumeNotNull(ended_at)) - toUnixTimestamp64Nano(assumeNotNull(started_at))) / 1e9 AS seconds
      FROM captures GROUP BY capture_id
    ) AS spans USING (captureId)`,
    params,
  );
}

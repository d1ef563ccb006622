import { conditionOf, type Scope, type Store } from "./store.ts";
import { rangeSql, type TimeRange } from "./time-range.ts";

/** What one router or switch counted of an edge. Packets and bytes are estimates where the device samples. */
export interface EdgeFlowRow {
  readonly clientService: string;
  readonly serverService: string;
  readonly serverPort: number;
  readonly transport: string;
  readonly exporter: string;
  readonly records: number;
  readonly clientPackets: number;
  readonly clientBytes: number;
  readonly serverPackets: number;
  readonly serverBytes: number;
  /** The device looked at one of so many packets, at most. */
  readonly samplingRate: number;
}

/** Conversations that are looked up: those with most flow records. */
const MAX_CONVERSATIONS = 100_000;
const MAX_ROWS = 10_000;
/** Devices tell of flows when they end, or every few minutes; their clocks are not ours. */
const SLACK = "INTERVAL 1 HOUR";
const TRANSPORT = "transform(ip_protocol, [6, 17, 1, 58, 132], ['tcp', 'udp', 'icmp', 'icmp', 'sctp'], '')";
const KEY = "client, server, port, transport";

/**
 * What others' devices counted of edges that packets were seen of. A flow record is one direction, and belongs to the edge whose connections were between the same two addresses, on the server's port: to none where
 * several services are called there, as flows do not say which was meant, and to none where those connections were more than an hour before or after: addresses change hands. A range is of the time when records came.
 */
export async function readEdgeFlows(
  store: Store,
  scope: Scope & { readonly range?: TimeRange },
): Promise<EdgeFlowRow[]> {
  const { range = {} } = scope;
  const { where, params } = conditionOf(scope);
  return store.rows<EdgeFlowRow>(
    `WITH
      directions AS (${directions(range)}),
      conversations AS (SELECT ${KEY} FROM directions GROUP BY ${KEY} ORDER BY sum(records) DESC LIMIT ${MAX_CONVERSATIONS}),
      edges AS (
        SELECT client_address AS client, server_address AS server, server_port AS port, toString(connections.transport) AS transport,
          any(client_service) AS clientService, any(server_service) AS serverService,
          min(started_at) AS firstSeen, max(addNanoseconds(started_at, duration_ns)) AS lastSeen
        FROM connections
        WHERE ${where} AND ${rangeSql("started_at", range)}
          AND (client_address, server_address, server_port, toString(connections.transport)) IN (SELECT ${KEY} FROM conversations)
        GROUP BY ${KEY} HAVING uniqExact(client_service, server_service) = 1
      )
    SELECT clientService, serverService, port AS serverPort, transport, exporter, sum(records) AS records,
      sum(clientPackets) AS clientPackets, sum(clientBytes) AS clientBytes,
      sum(serverPackets) AS serverPackets, sum(serverBytes) AS serverBytes, max(samplingRate) AS samplingRate
    FROM directions INNER JOIN edges USING (${KEY})
    WHERE firstAt <= lastSeen + ${SLACK} AND lastAt >= firstSeen - ${SLACK}
    GROUP BY clientService, serverService, serverPort, transport, exporter
    ORDER BY clientBytes + serverBytes DESC, exporter
    LIMIT ${MAX_ROWS}`,
    params,
  );
}

/** Each flow record twice: as its sender would be the client, and as it would be the server. Only one of them is a conversation that was seen. */
function directions(range: TimeRange): string {
  const counted = (packets: string, bytes: string, own: "client" | "server") => {
    const other = own === "client" ? "server" : "client";
    return `sum(${packets}) AS ${own}Packets, sum(${bytes}) AS ${own}Bytes, 0 AS ${other}Packets, 0 AS ${other}Bytes`;
  };
  const select = (client: string, server: string, own: "client" | "server") =>
    `SELECT ${client}_address AS client, ${server}_address AS server, ${server}_port AS port, ${TRANSPORT} AS transport, exporter,
      count() AS records, ${counted("packets", "bytes", own)}, max(sampling_rate) AS samplingRate,
      min(ifNull(ended_at, received_at)) AS firstAt, max(ifNull(ended_at, received_at)) AS lastAt
    FROM flow_records WHERE ${rangeSql("received_at", range)} GROUP BY client, server, port, transport, exporter`;
  const columns = "records, clientPackets, clientBytes, serverPackets, serverBytes, samplingRate, firstAt, lastAt";
  const parts = [select("source", "destination", "client"), select("destination", "source", "server")];
  return parts.map((part) => `SELECT ${KEY}, exporter, ${columns} FROM (${part})`).join(" UNION ALL ");
}

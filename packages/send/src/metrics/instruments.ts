/** What is measured of calls and connections, by OpenTelemetry's names where it has them, else `weir.*`. */
export interface Instrument {
  readonly name: string;
  readonly kind: "sum" | "histogram";
  /** UCUM's notation. */
  readonly unit: string;
  readonly description: string;
  /** Upper bounds of a histogram's buckets. */
  readonly bounds: readonly number[];
}

/** Bounds that the semantic conventions ask for, in seconds. */
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const OPERATION_SECONDS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
/** Round trips: from one rack to the other side of the world. */
const ROUND_TRIP_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1];
const CONNECTION_SECONDS = [0.01, 0.1, 1, 10, 60, 300, 1800, 3600, 21_600, 86_400];

const sum = (name: string, unit: string, description: string): Instrument => ({
  name,
  kind: "sum",
  unit,
  description,
  bounds: [],
});
const seconds = (name: string, bounds: readonly number[], description: string): Instrument => ({
  name,
  kind: "histogram",
  unit: "s",
  description,
  bounds,
});

/** All instruments, by what they measure. */
export const INSTRUMENTS = {
  http: seconds("http.server.request.duration", REQUEST_SECONDS, "Duration of HTTP requests, as the wire shows them"),
  rpc: seconds(
    "rpc.server.call.duration",
    REQUEST_SECONDS,
    "Duration of remote procedure calls, as the wire shows them",
  ),
  db: seconds(
    "db.client.operation.duration",
    OPERATION_SECONDS,
    "Duration of database operations, as the wire shows them",
  ),
  messaging: seconds(
    "messaging.client.operation.duration",
    REQUEST_SECONDS,
    "Duration of messaging operations, as the wire shows them",
  ),
  dns: seconds("dns.lookup.duration", OPERATION_SECONDS, "Duration of DNS queries, as the wire shows them"),
  otherCall: seconds("weir.call.duration", REQUEST_SECONDS, "Duration of calls of other protocols"),
  calls: sum("weir.calls", "{call}", "Calls, by their outcome; without an answer they have no duration"),
  bytes: sum(
    "weir.network.io",
    "By",
    "Bytes of the frames of connections, from the client (transmit) and to it (receive)",
  ),
  packets: sum(
    "weir.network.packets",
    "{packet}",
    "Packets of connections, from the client (transmit) and to it (receive)",
  ),
  retransmissions: sum("weir.tcp.retransmissions", "{segment}", "Segments that were sent again"),
  connections: sum("weir.connections", "{connection}", "Connections that are over, by how they ended"),
  connectionDuration: seconds("weir.connection.duration", CONNECTION_SECONDS, "First to last packet of connections"),
  handshake: seconds("weir.tcp.handshake.duration", ROUND_TRIP_SECONDS, "First SYN to the ACK that ends the handshake"),
  roundTrip: seconds(
    "weir.tcp.rtt",
    ROUND_TRIP_SECONDS,
    "Median round trip of a connection, between where it was seen and its client or its server (weir.rtt.end)",
  ),
} as const satisfies Readonly<Record<string, Instrument>>;

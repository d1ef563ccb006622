/** A number about each edge, as others' tools read it: the same in PromQL, on `/metrics`, in what is exported and in dashboards. */
export interface EdgeMetric {
  /** Prometheus' name. */
  readonly name: string;
  readonly kind: "counter" | "summary";
  readonly meaning: string;
  /** UCUM's notation. */
  readonly unit: string;
  /** Whether connections or calls are summed, and what of them. */
  readonly of: "connections" | "calls";
  readonly measure: string;
  /** Of a summary, whose measure is in nanoseconds. */
  readonly quantiles: readonly number[];
}

const counter = (of: EdgeMetric["of"], measure: string, name: string, unit: string, meaning: string): EdgeMetric => ({
  name: `weir_edge_${name}_total`,
  kind: "counter",
  meaning,
  unit,
  of,
  measure,
  quantiles: [],
});

export const EDGE_METRICS: readonly EdgeMetric[] = [
  counter("calls", "calls", "calls", "{call}", "Calls from the client to the server"),
  counter(
    "calls",
    "call_errors",
    "call_errors",
    "{call}",
    "Calls that failed: errors of either side, timeouts, aborted ones",
  ),
  counter("connections", "connections", "connections", "{connection}", "Connections that were begun"),
  counter(
    "connections",
    "failed_connections",
    "failed_connections",
    "{connection}",
    "Connections that were not established",
  ),
  counter("connections", "bytes", "bytes", "By", "Bytes of both directions, headers of packets left out"),
  counter("connections", "segments", "data_segments", "{segment}", "TCP segments with data, both directions"),
  counter("connections", "resent", "retransmitted_segments", "{segment}", "Those of them that were sent again"),
  {
    name: "weir_edge_call_duration_seconds",
    kind: "summary",
    meaning: "First byte of the request to last byte of the response",
    unit: "s",
    of: "calls",
    measure: "duration_digest",
    quantiles: [0.5, 0.95, 0.99],
  },
  {
    name: "weir_edge_handshake_seconds",
    kind: "summary",
    meaning: "How long TCP handshakes took",
    unit: "s",
    of: "connections",
    measure: "handshake_digest",
    quantiles: [0.5],
  },
];

/** Labels of every edge's metrics. */
export const EDGE_LABELS = ["client_service", "server_service", "server_port", "transport"] as const;

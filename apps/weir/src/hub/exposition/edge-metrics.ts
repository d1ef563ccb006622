import { EDGE_LABELS, EDGE_METRICS, type EdgeMetric } from "@weir/model";
import { type EdgeRow, readEdges, type Store } from "@weir/storage";
import { Gauge, type Registry } from "prom-client";
import { absoluteCounter } from "./absolute-counter.ts";

/** Edges with metrics of their own: the busiest ones. How many are left out is a metric too. */
const MAX_EDGES = 500;
/** Durations are those of the last minutes. */
const RECENT_NS = 15n * 60_000_000_000n;

/** Where a row has what a metric tells; of a summary its quantiles, in nanoseconds. */
const VALUES: Readonly<Record<string, (row: EdgeRow) => readonly number[]>> = {
  calls: ({ calls }) => [calls],
  call_errors: ({ callErrors }) => [callErrors],
  connections: ({ connections }) => [connections],
  failed_connections: ({ failedConnections }) => [failedConnections],
  bytes: ({ bytes }) => [bytes],
  segments: ({ segments }) => [segments],
  resent: ({ resent }) => [resent],
  duration_digest: ({ measuredCalls, durationNs }) => (measuredCalls > 0 ? durationNs : []),
  handshake_digest: ({ measuredHandshakes, handshakeNs }) => (measuredHandshakes > 0 ? handshakeNs : []),
};

/** Puts the health of every edge on a registry, as it is when it is asked: counters over everything that the hub has, durations of the last minutes. */
export async function collectEdges(registry: Registry, store: Store, nowMs: number): Promise<void> {
  const all = await readEdges(store, {});
  const recent = await readEdges(store, { range: { fromNs: BigInt(nowMs) * 1_000_000n - RECENT_NS } });
  const shown = all.slice(0, MAX_EDGES);
  const names = new Set(shown.map((row) => JSON.stringify(labelsOf(row))));
  const shownRecently = recent.filter((row) => names.has(JSON.stringify(labelsOf(row))));
  for (const metric of EDGE_METRICS) {
    if (metric.kind === "counter") collectCounter(registry, metric, shown);
    else collectQuantiles(registry, metric, shownRecently);
  }
  const left = new Gauge({
    name: "weir_edges_left_out",
    help: `Edges without metrics of their own, beyond the ${MAX_EDGES} busiest`,
    registers: [registry],
  });
  left.set(all.length - shown.length);
}

function collectCounter(registry: Registry, { name, meaning, measure }: EdgeMetric, rows: readonly EdgeRow[]): void {
  const samples = rows.map((row) => ({ labels: labelsOf(row), value: VALUES[measure]?.(row)[0] ?? 0 }));
  absoluteCounter(registry, { name, help: meaning, labelNames: EDGE_LABELS }, samples);
}

/** Quantiles that were computed already: prom-client's own summaries compute theirs from single values. */
function collectQuantiles(
  registry: Registry,
  { name, meaning, measure, quantiles }: EdgeMetric,
  rows: readonly EdgeRow[],
): void {
  const gauge = new Gauge({ name, help: meaning, labelNames: [...EDGE_LABELS, "quantile"], registers: [registry] });
  for (const row of rows) {
    const values = VALUES[measure]?.(row) ?? [];
    for (const [index, quantile] of quantiles.entries()) {
      const ns = values[index];
      if (ns !== undefined && Number.isFinite(ns)) gauge.set({ ...labelsOf(row), quantile }, ns / 1e9);
    }
  }
}

function labelsOf({
  clientService,
  serverService,
  serverPort,
  transport,
}: EdgeRow): Record<(typeof EDGE_LABELS)[number], string> {
  return {
    client_service: clientService,
    server_service: serverService,
    server_port: String(serverPort),
    transport,
  };
}

import { countedOutcomes } from "@weir/analysis";
import type { MapEdge, MapService, ServiceMap } from "@weir/http-contract";
import type { Finding } from "@weir/model";
import type { EdgeFlowRow, EdgeRow } from "@weir/storage";

/** What the map needs to know of findings. */
export type MapFinding = Pick<
  Finding,
  "findingId" | "severity" | "decided" | "clientService" | "serverService" | "serverPort"
>;

/** The service map: edges coloured by their findings. */
export function serviceMapOf(
  rows: readonly EdgeRow[],
  findings: readonly MapFinding[],
  flows?: readonly EdgeFlowRow[],
): ServiceMap {
  if (flows === undefined) return { services: servicesOf(rows), edges: rows.map((row) => edgeOf(row, findings)) };
  const byEdge = new Map<string, EdgeFlows[]>();
  for (const { clientService, serverService, serverPort, transport, ...counted } of flows) {
    const key = edgeKey({ clientService, serverService, serverPort, transport });
    byEdge.set(key, [...(byEdge.get(key) ?? []), counted]);
  }
  const edges = rows.map((row) => ({ ...edgeOf(row, findings), flows: byEdge.get(edgeKey(row)) ?? [] }));
  return { services: servicesOf(rows), edges };
}

type EdgeFlows = NonNullable<MapEdge["flows"]>[number];

function edgeKey(edge: Pick<EdgeRow, "clientService" | "serverService" | "serverPort" | "transport">): string {
  return JSON.stringify([edge.clientService, edge.serverService, edge.serverPort, edge.transport]);
}

function edgeOf(row: EdgeRow, findings: readonly MapFinding[]): MapEdge {
  const own = findings.filter(
    (finding) =>
      finding.clientService === row.clientService &&
      finding.serverService === row.serverService &&
      finding.serverPort === row.serverPort,
  );
  const decided = own.filter((finding) => finding.decided);
  const [p50, p95, p99] = row.durationNs;
  const hasCalls = row.measuredCalls > 0;
  return {
    clientService: row.clientService,
    serverService: row.serverService,
    serverPort: row.serverPort,
    transport: row.transport,
    protocols: [...row.protocols],
    connections: row.connections,
    failedConnections: row.failedConnections,
    calls: row.calls,
    callErrors: row.callErrors,
    callsPerSecond: row.seconds > 0 ? row.calls / row.seconds : 0,
    bytes: row.bytes,
    retransmissionRatio: row.segments > 0 ? row.resent / row.segments : 0,
    ...(hasCalls ? { durationP50Ns: p50 ?? 0, durationP95Ns: p95 ?? 0, durationP99Ns: p99 ?? 0 } : {}),
    ...(row.measuredHandshakes > 0 ? { handshakeP50Ns: row.handshakeNs[0] ?? 0 } : {}),
    health: decided.some(({ severity }) => severity === "critical")
      ? "bad"
      : decided.some(({ severity }) => severity === "warning")
        ? "degraded"
        : "ok",
    findingIds: own.map(({ findingId }) => findingId),
    verdicts: [
      ...countedOutcomes("handshake", Object.entries(row.handshakeVerdicts)),
      ...countedOutcomes("failing", Object.entries(row.failingVerdicts)),
      ...countedOutcomes("slow", Object.entries(row.slowVerdicts)),
    ],
  };
}

function servicesOf(rows: readonly EdgeRow[]): MapService[] {
  const services = new Map<string, { addresses: Set<string>; calls: number; callErrors: number }>();
  const serviceOf = (name: string) => {
    const service = services.get(name) ?? { addresses: new Set<string>(), calls: 0, callErrors: 0 };
    services.set(name, service);
    return service;
  };
  for (const row of rows) {
    const server = serviceOf(row.serverService);
    server.calls += row.calls;
    server.callErrors += row.callErrors;
    for (const address of row.addresses) server.addresses.add(address);
    const client = serviceOf(row.clientService);
    for (const address of row.clientAddresses) client.addresses.add(address);
  }
  return [...services].map(([name, { addresses, calls, callErrors }]) => ({
    name,
    addresses: [...addresses],
    calls,
    callErrors,
  }));
}

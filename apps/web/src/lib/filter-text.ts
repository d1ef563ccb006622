import { groupingField, type MapGrouping } from "@weir/model";

/** What names an edge: who asks whom, on which port. */
export interface EdgeName {
  readonly clientService: string;
  readonly serverService: string;
  readonly serverPort: number;
}

/**
 * The filter that selects the traffic of an edge between services, or between groups of them. Many ends in one ("12 clients", "no zone known") are left out of it: no
 * name has a space.
 */
export function edgeFilter({ clientService, serverService, serverPort }: EdgeName, grouping?: MapGrouping): string {
  const field = (side: "client" | "server") =>
    grouping === undefined ? `${side}.service` : groupingField(grouping, side).filter;
  const ends = [
    [field("client"), clientService],
    [field("server"), serverService],
  ] as const;
  const named = ends
    .filter(([, name]) => !name.includes(" "))
    .map(([field, name]) => `${field} == ${JSON.stringify(name)}`);
  return [...named, ...(grouping === undefined ? [`server.port == ${serverPort}`] : [])].join(" && ");
}

/** The filter that finds the connections of an edge that were alive when a packet was captured. */
export function packetFilter(edge: EdgeName, packet: number): string {
  return `${edgeFilter(edge)} && connection.firstPacket <= ${packet} && connection.lastPacket >= ${packet}`;
}

/** The filter that gathers all calls of a trace, at whatever host they were seen. */
export function traceFilter(traceId: string): string {
  return `call.traceId == ${JSON.stringify(traceId)}`;
}

/** An edge as people write it: `orders → payments:8080`. */
export function edgeText({ clientService, serverService, serverPort }: EdgeName): string {
  return `${clientService} → ${serverService}${serverPort > 0 ? `:${serverPort}` : ""}`;
}

/** A finding's title without the edge in front of it, for where the edge is shown beside it. */
export function titleWithoutEdge(title: string, edge: EdgeName): string {
  const prefix = `${edgeText(edge)}: `;
  return title.startsWith(prefix) ? title.slice(prefix.length) : title;
}

import type { Finding, MapGrouping } from "@weir/model";
import { type ConnectionGroups, readConnectionGroups, type Store } from "@weir/storage";
import type { MapFinding } from "./service-map.ts";

/** Findings as findings of the edges between groups that their connections are on: by their evidence, not by the names of their services. */
export async function groupedFindings(
  store: Store,
  grouping: MapGrouping,
  findings: readonly Finding[],
): Promise<MapFinding[]> {
  const ids = [...new Set(findings.flatMap(({ evidence }) => evidence.connectionIds))];
  const groups = await readConnectionGroups(store, grouping, ids);
  const byConnection = new Map(groups.map((each) => [each.connectionId, each]));
  return findings.flatMap((finding) => {
    const edges = new Map<string, ConnectionGroups>();
    for (const id of finding.evidence.connectionIds) {
      const found = byConnection.get(id);
      if (found !== undefined) edges.set(`${found.client}\n${found.server}`, found);
    }
    return [...edges.values()].map(({ client, server }) => ({
      findingId: finding.findingId,
      severity: finding.severity,
      decided: finding.decided,
      clientService: client,
      serverService: server,
      serverPort: 0,
    }));
  });
}

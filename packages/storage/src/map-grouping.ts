import { groupingField, type MapGrouping, unknownGroup } from "@weir/model";
import { rowsByIds } from "./id-parts.ts";
import type { Store } from "./store.ts";

/** Connections that are asked for their groups at once. */
const MAX_CONNECTIONS = 10_000;

/** The group of one end, as SQL on a row of connections. */
function groupSql(grouping: MapGrouping, side: "client" | "server"): string {
  return `ifNull(nullIf(${groupingField(grouping, side).column}, ''), '${unknownGroup(grouping)}')`;
}

/** Connections whose ends are called as their groups, on any port. */
export function groupedConnections(grouping: MapGrouping, where: string): string {
  return `(SELECT * REPLACE (${groupSql(grouping, "client")} AS client_service, ${groupSql(grouping, "server")} AS server_service, toInt64(0) AS server_port)
    FROM connections WHERE ${where})`;
}

/** Calls of these connections, their ends called as their connections' groups. */
export function groupedCalls(grouping: MapGrouping, where: string, connectionsWhere: string): string {
  return `(SELECT * REPLACE (ends.client_group AS client_service, ends.server_group AS server_service, toInt64(0) AS server_port)
    FROM (SELECT * FROM calls WHERE ${where}) AS own
    INNER JOIN (SELECT capture_id, connection_id, ${groupSql(grouping, "client")} AS client_group, ${groupSql(grouping, "server")} AS server_group
      FROM connections WHERE ${connectionsWhere}) AS ends USING (capture_id, connection_id))`;
}

/** Between which groups a connection is. */
export interface ConnectionGroups {
  readonly connectionId: string;
  readonly client: string;
  readonly server: string;
}

/** The groups of connections, by their ids; of at most 10 000. */
export function readConnectionGroups(
  store: Store,
  grouping: MapGrouping,
  connectionIds: readonly string[],
): Promise<ConnectionGroups[]> {
  return rowsByIds(connectionIds.slice(0, MAX_CONNECTIONS), (ids) =>
    store.rows<ConnectionGroups>(
      `SELECT DISTINCT connection_id AS connectionId, ${groupSql(grouping, "client")} AS client, ${groupSql(grouping, "server")} AS server
      FROM connections WHERE connection_id IN ({ids:Array(String)})`,
      { ids },
    ),
  );
}

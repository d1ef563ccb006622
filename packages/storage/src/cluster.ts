import { WeirError } from "@weir/base";
import type { StoreAddress } from "./address.ts";
import type { ClusterLayout } from "./schema/layout.ts";
import type { SqlSession } from "./session.ts";

/** A cluster as one of its hosts describes it. */
export interface ClusterPlan {
  readonly layout: ClusterLayout;
  /** Who is told DDL: nobody by itself where one host tells the others. */
  readonly hosts: readonly StoreAddress[];
}

interface Host {
  readonly host: string;
  readonly shard: number;
}

/**
 * How a cluster is to be used. With a Keeper: `ON CLUSTER` and replicated tables. Without one each host is told by itself, over HTTP at the port of the first URL, and shards must have
 * one replica each, as nothing would keep several alike.
 */
export async function planCluster(session: SqlSession, address: StoreAddress, cluster: string): Promise<ClusterPlan> {
  const hosts = await hostsOf(session, cluster);
  const [current] = await session.rows<{ database: string }>("SELECT currentDatabase() AS database", {});
  const database = address.database ?? current?.database ?? "default";
  if (await hasKeeper(session)) return { layout: { kind: "cluster", cluster, database, ddl: "onCluster" }, hosts: [] };
  refuseReplicas(hosts, cluster);
  const layout = { kind: "cluster", cluster, database, ddl: "perHost" } as const;
  return { layout, hosts: hosts.map(({ host }) => ({ ...address, urls: [urlOf(host, address)], cluster: undefined })) };
}

async function hostsOf(session: SqlSession, cluster: string): Promise<Host[]> {
  const rows = await session.rows<Host & { cluster: string }>(
    "SELECT cluster, host_name AS host, toUInt32(shard_num) AS shard FROM system.clusters ORDER BY cluster, shard_num, replica_num",
    {},
  );
  const own = rows.filter((row) => row.cluster === cluster);
  if (own.length > 0) return own;
  const known = [...new Set(rows.map((row) => row.cluster))].join(", ");
  throw new WeirError(
    "CONFIG_INVALID",
    `the ClickHouse server knows no cluster ${cluster}`,
    known === "" ? "Its remote_servers are empty: leave --clickhouse-cluster away" : `It knows: ${known}`,
  );
}

async function hasKeeper(session: SqlSession): Promise<boolean> {
  const tables = await session.rows(
    "SELECT name FROM system.tables WHERE database = 'system' AND name = 'zookeeper_connection'",
    {},
  );
  if (tables.length === 0) return false;
  return (await session.rows("SELECT name FROM system.zookeeper_connection LIMIT 1", {})).length > 0;
}

function refuseReplicas(hosts: readonly Host[], cluster: string): void {
  const shards = new Set(hosts.map(({ shard }) => shard));
  if (shards.size === hosts.length) return;
  throw new WeirError(
    "CONFIG_INVALID",
    `cluster ${cluster} has several replicas per shard and no Keeper that would keep them alike`,
    "Give the servers a Keeper (zookeeper in their configuration), or a cluster with one replica per shard",
  );
}

function urlOf(host: string, { urls }: StoreAddress): string {
  const url = new URL(urls[0] ?? "");
  url.hostname = host.includes(":") ? `[${host}]` : host;
  return url.origin;
}

import type { Table } from "./table.ts";

/** Where the tables lie: in one server, or over the hosts of a cluster. */
export type StoreLayout = SingleLayout | ClusterLayout;

export interface SingleLayout {
  readonly kind: "single";
}

/**
 * Each table is two: `NAME_local` on every shard holds rows, and `NAME` (Distributed) is what inserts and queries name.
 */
export interface ClusterLayout {
  readonly kind: "cluster";
  /** Name in the servers' `remote_servers`. */
  readonly cluster: string;
  readonly database: string;
  /**
   * `onCluster`: one host is told and tells the others, tables are replicated; needs a Keeper. `perHost`: each host of `system.clusters` is told, tables are not replicated
   * by themselves; needs nothing.
   */
  readonly ddl: "onCluster" | "perHost";
}

/** The table that holds a host's rows. */
export function localName(table: Table, layout: StoreLayout): string {
  return layout.kind === "single" || table.shardBy === "everyHost" ? table.name : `${table.name}_local`;
}

/** All tables that a description stands for, the one with the rows first. */
export function physicalNames(table: Table, layout: StoreLayout): string[] {
  return [...new Set([localName(table, layout), table.name])];
}

/** What makes a DDL statement hold on every host, with a space before it; empty where each host is told by itself. */
export function onCluster(layout: StoreLayout): string {
  return layout.kind === "cluster" && layout.ddl === "onCluster" ? ` ON CLUSTER ${layout.cluster}` : "";
}

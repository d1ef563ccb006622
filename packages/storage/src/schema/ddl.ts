import { type ClusterLayout, localName, onCluster, physicalNames, type StoreLayout } from "./layout.ts";
import type { Column, MaterializedView, SkipIndex, Table } from "./table.ts";

/** Batches that a table remembers by their token: a batch that is sent again within them adds nothing. */
const REMEMBERED_BATCHES = 10_000;

/** The statements that make a table, on a cluster also the one over all shards; safe to repeat. */
export function createTable(table: Table, layout: StoreLayout): string[] {
  const name = localName(table, layout);
  const lines = [
    ...table.columns.map(columnText),
    ...(table.indexes ?? []).map(indexText),
    ...(table.projections ?? []).map((projection) => `PROJECTION ${projection.name} (${projection.select})`),
  ];
  const clauses = [
    `CREATE TABLE IF NOT EXISTS ${name}${onCluster(layout)} (\n${lines.map((line) => `  ${line}`).join(",\n")}\n)`,
    `ENGINE = ${engineText(table, layout)}`,
    ...(table.partitionBy === undefined ? [] : [`PARTITION BY ${table.partitionBy}`]),
    ...(table.primaryKey === undefined ? [] : [`PRIMARY KEY (${table.primaryKey})`]),
    `ORDER BY (${table.orderBy})`,
    ...(table.timeToLive === undefined ? [] : [`TTL ${table.timeToLive}`]),
    `SETTINGS ${settingsText(table, layout)}`,
  ];
  return [clauses.join("\n"), ...distributedTable(table, layout)];
}

/** The statements that add a column; safe to repeat. */
export function addColumn(table: Table, column: Column, layout: StoreLayout): string[] {
  return physicalNames(table, layout).map(
    (name) => `ALTER TABLE ${name}${onCluster(layout)} ADD COLUMN IF NOT EXISTS ${columnText(column)}`,
  );
}

/** The statements that give a table that somebody else may have made all columns; safe to repeat. */
export function addColumns(table: Table, layout: StoreLayout): string[] {
  const added = table.columns.map((column) => `ADD COLUMN IF NOT EXISTS ${columnText(column)}`).join(",\n  ");
  return physicalNames(table, layout).map((name) => `ALTER TABLE ${name}${onCluster(layout)}\n  ${added}`);
}

/** The statement that gives a table its settings as they are described today; safe to repeat. */
export function modifySettings(table: Table, layout: StoreLayout): string {
  return `ALTER TABLE ${localName(table, layout)}${onCluster(layout)} MODIFY SETTING ${settingsText(table, layout)}`;
}

/** The statement that makes a materialized view; safe to repeat. Rows that were there before are not in it. */
export function createView({ name, from, to, select }: MaterializedView, layout: StoreLayout): string {
  const source = localName(from, layout);
  return `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name}${onCluster(layout)} TO ${localName(to, layout)} AS\n${select(source)}`;
}

/**
 * The statements that give a table what all of its views would have given it for the rows that are there. Where hosts are told one by one, each fills its own; else
 * one host reads and writes for all.
 */
export function fillFromViews(to: Table, views: readonly MaterializedView[], layout: StoreLayout): string[] {
  const isPerHost = layout.kind === "cluster" && layout.ddl === "perHost";
  const nameOf = (table: Table) => (isPerHost ? localName(table, layout) : table.name);
  const columns = to.columns.map(({ name }) => quoted(name)).join(", ");
  return [
    `TRUNCATE TABLE ${localName(to, layout)}${onCluster(layout)}`,
    ...views.map(
      ({ from, select }) =>
        `INSERT INTO ${nameOf(to)} (${columns})\nSELECT ${columns} FROM (\n${select(nameOf(from))}\n)\nSETTINGS insert_deduplicate = 0, max_execution_time = 0`,
    ),
  ];
}

function columnText({ name, type, expression, codec }: Column): string {
  return [
    quoted(name),
    type,
    ...(expression === undefined ? [] : [expression]),
    ...(codec === undefined ? [] : [`CODEC(${codec})`]),
  ].join(" ");
}

function indexText({ name, expression, type, granularity }: SkipIndex): string {
  return `INDEX ${name} ${expression} TYPE ${type} GRANULARITY ${granularity}`;
}

function engineText({ name, family, shardBy }: Table, layout: StoreLayout): string {
  if (layout.kind === "single" || layout.ddl === "perHost") return family;
  // What every host has is one table with as many replicas as there are hosts.
  const [place, replica] = shardBy === "everyHost" ? ["all", "{shard}-{replica}"] : ["{shard}", "{replica}"];
  return `Replicated${family}('/clickhouse/tables/${place}/${layout.database}/${name}', '${replica}')`;
}

function settingsText({ timeToLive, compactPartBytes }: Table, layout: StoreLayout): string {
  const isReplicated = layout.kind === "cluster" && layout.ddl === "onCluster";
  const window = isReplicated ? "replicated_deduplication_window" : "non_replicated_deduplication_window";
  return [
    `${window} = ${REMEMBERED_BATCHES}`,
    ...(timeToLive === undefined ? [] : ["ttl_only_drop_parts = 1"]),
    ...(compactPartBytes === undefined ? [] : [`min_bytes_for_wide_part = ${compactPartBytes}`]),
  ].join(", ");
}

function distributedTable(table: Table, layout: StoreLayout): string[] {
  if (layout.kind === "single" || table.shardBy === "everyHost") return [];
  const local = localName(table, layout);
  const { cluster, database }: ClusterLayout = layout;
  return [
    `CREATE TABLE IF NOT EXISTS ${table.name}${onCluster(layout)} AS ${local}\nENGINE = Distributed('${cluster}', '${database}', '${local}', ${table.shardBy.expression})`,
  ];
}

/** A name as SQL takes it; those with a dot (nested columns) in quotes. */
export function quoted(name: string): string {
  return /^\w+$/.test(name) ? name : `\`${name}\``;
}

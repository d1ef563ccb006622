/**
 * What the store keeps, described once: from these come the DDL of the embedded engine and of a cluster (`ddl.ts`), and the columns that a
 * start adds to an older store (`migrate.ts`).
 */

/** One column. */
export interface Column {
  readonly name: string;
  /** ClickHouse type, as `system.columns` writes it. */
  readonly type: string;
  /** `DEFAULT …`, `MATERIALIZED …` or `ALIAS …`. */
  readonly expression?: string;
  /** What stands in `CODEC(…)`; the engine's default where absent. */
  readonly codec?: string;
}

/** A data-skipping index: lets a query pass over granules that cannot hold what it looks for. */
export interface SkipIndex {
  readonly name: string;
  readonly expression: string;
  /** E.g. `bloom_filter(0.01)`. */
  readonly type: string;
  readonly granularity: number;
}

/** What a part of a table keeps of its rows in another order, or summed; the engine reads it where that answers a question. */
export interface Projection {
  readonly name: string;
  /** `SELECT … GROUP BY …`, without the table. */
  readonly select: string;
}

/** How rows with the same key are merged: not at all, to the last one, to the sum of their states. On a cluster each has its replicated form. */
export type EngineFamily = "MergeTree" | "ReplacingMergeTree" | "AggregatingMergeTree";

/** A table. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  readonly indexes?: readonly SkipIndex[];
  readonly projections?: readonly Projection[];
  readonly family: EngineFamily;
  readonly partitionBy?: string;
  /** Where the primary key is shorter than the order. */
  readonly primaryKey?: string;
  /** Expressions, joined by commas. */
  readonly orderBy: string;
  /**
   * Parts below this size keep all columns in one file. Where each column has its own, writing a part takes the engine some buffers of 1 MiB per column: a gigabyte
   * for ten thousand rows of two hundred columns, and ten times as long.
   */
  readonly compactPartBytes?: number;
  /** When rows leave by themselves; whole parts at a time. */
  readonly timeToLive?: string;
  /**
   * On a cluster: by which expression rows go to shards. Rows that are joined or aggregated together have the same. `everyHost` is no sharding: each host has
   * all rows, for what is small and about the store itself.
   */
  readonly shardBy: { readonly expression: string } | "everyHost";
}

/** Rows of one table, aggregated into another at the moment when they are inserted; on a cluster each shard its own. */
export interface MaterializedView {
  readonly name: string;
  readonly from: Table;
  readonly to: Table;
  /** The query, given the name of the table that it reads. */
  readonly select: (source: string) => string;
}

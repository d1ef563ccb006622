import { describe, expect, it } from "vitest";
import type { ClusterLayout, StoreLayout } from "./layout.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { type Operation, statementsOf } from "./migrations/migration.ts";
import type { MaterializedView, Table } from "./table.ts";

/** A table with one of everything. */
const spans: Table = {
  name: "spans",
  columns: [
    { name: "time", type: "DateTime64(9)", codec: "Delta(8), ZSTD(1)" },
    { name: "trace_id", type: "String", codec: "ZSTD(1)" },
    { name: "Events.Name", type: "Array(LowCardinality(String))" },
    { name: "day", type: "Date", expression: "DEFAULT toDate(time)" },
  ],
  indexes: [{ name: "by_trace", expression: "trace_id", type: "bloom_filter(0.001)", granularity: 1 }],
  projections: [{ name: "days", select: "SELECT day, count() GROUP BY day" }],
  family: "MergeTree",
  partitionBy: "toDate(time)",
  primaryKey: "toStartOfHour(time)",
  orderBy: "toStartOfHour(time), time",
  timeToLive: "toDateTime(time) + INTERVAL 30 DAY",
  compactPartBytes: 1024,
  shardBy: { expression: "cityHash64(trace_id)" },
};

const traceTimes: Table = {
  name: "trace_times",
  columns: [
    { name: "trace_id", type: "String" },
    { name: "start", type: "SimpleAggregateFunction(min, DateTime64(9))" },
  ],
  family: "AggregatingMergeTree",
  orderBy: "trace_id",
  shardBy: { expression: "cityHash64(trace_id)" },
};

const traceTimesView: MaterializedView = {
  name: "trace_times_view",
  from: spans,
  to: traceTimes,
  select: (source) => `SELECT trace_id, min(time) AS start FROM ${source} GROUP BY trace_id`,
};

/** The same on every host. */
const settings: Table = {
  name: "settings",
  columns: [{ name: "name", type: "String" }],
  family: "ReplacingMergeTree",
  orderBy: "name",
  shardBy: "everyHost",
};

const OPERATIONS: readonly Operation[] = [
  { kind: "createTable", table: spans },
  { kind: "createTable", table: traceTimes },
  { kind: "fillFromViews", table: traceTimes, views: [traceTimesView] },
  { kind: "createView", view: traceTimesView },
  { kind: "createTable", table: settings },
  { kind: "modifySettings", table: spans },
  { kind: "addColumns", table: traceTimes },
];

const cluster: ClusterLayout = { kind: "cluster", cluster: "shop", database: "weir", ddl: "onCluster" };

function script(layout: StoreLayout): string {
  return OPERATIONS.flatMap((operation) => statementsOf(operation, layout))
    .map((statement) => `${statement};\n`)
    .join("\n");
}

describe("a schema as SQL", () => {
  it("is written down for one server", async () => {
    await expect(script({ kind: "single" })).toMatchFileSnapshot("golden/single.sql");
  });

  it("is written down for a cluster with a Keeper: replicated, and told once", async () => {
    await expect(script(cluster)).toMatchFileSnapshot("golden/cluster.sql");
  });

  it("differs for a cluster whose hosts are told one by one in nothing but that", () => {
    const expected = script(cluster)
      .replaceAll(" ON CLUSTER shop", "")
      .replaceAll(/Replicated(\w+)\('[^)]*'\)/g, "$1")
      .replaceAll("replicated_deduplication_window", "non_replicated_deduplication_window")
      // Each host fills its own.
      .replace("INSERT INTO trace_times (", "INSERT INTO trace_times_local (")
      .replace("AS start FROM spans GROUP", "AS start FROM spans_local GROUP");
    expect(script({ ...cluster, ddl: "perHost" })).toBe(expected);
  });
});

describe("the migrations", () => {
  it("have consecutive numbers, each with a name of its own", () => {
    expect(MIGRATIONS.map(({ number }) => number)).toEqual(MIGRATIONS.map((_, index) => index + 1));
    expect(new Set(MIGRATIONS.map(({ name }) => name)).size).toBe(MIGRATIONS.length);
  });
});

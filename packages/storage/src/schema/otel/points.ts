import { ensure } from "@weir/base";
import { otelGauges, otelSums } from "@weir/model";
import type { MaterializedView, Table } from "../table.ts";
import { otelMetricsTables } from "./tables.ts";

/**
 * Points of gauges and sums as PromQL reads them: what a series is stands once per part, in a dictionary, and a point is a time and a value. In the Collector's own tables a
 * question about labels has to read the attributes of every point, which are fifty times as many bytes. Views fill it, whoever writes into those tables.
 */

const HOUR = "toStartOfHour(at)";

export const metricPointsTable: Table = {
  name: "metric_points",
  columns: [
    { name: "name", type: "LowCardinality(String)", codec: "ZSTD(1)" },
    { name: "unit", type: "LowCardinality(String)", codec: "ZSTD(1)" },
    // gauge or counter
    { name: "kind", type: "LowCardinality(String)", codec: "ZSTD(1)" },
    // see SERIES_IDENTITY
    { name: "series", type: "LowCardinality(String)", codec: "ZSTD(1)" },
    { name: "at", type: "DateTime64(3, 'UTC')", codec: "Delta(8), ZSTD(1)" },
    { name: "value", type: "Float64", codec: "ZSTD(1)" },
    // true where the point says that the series has no value any more
    { name: "ended", type: "Bool", codec: "ZSTD(1)" },
  ],
  // Which metrics and series an hour has, without reading its points.
  projections: [
    {
      name: "series_hours",
      select: `SELECT name, unit, kind, ${HOUR}, series, count() GROUP BY name, unit, kind, ${HOUR}, series`,
    },
  ],
  family: "MergeTree",
  partitionBy: "toDate(at)",
  orderBy: `name, ${HOUR}, series, at`,
  shardBy: { expression: "cityHash64(series)" },
};

/** Prometheus' `job` and `instance` of a row of OpenTelemetry's. */
export const JOB =
  "if(ResourceAttributes['service.namespace'] = '', ServiceName, concat(ResourceAttributes['service.namespace'], '/', ServiceName))";
const IDENTITY = `MetricName, MetricUnit, ${JOB}, ResourceAttributes['service.instance.id'], mapSort(Attributes)`;

/** What tells series of a kind of metric apart, as JSON: a list of name, unit, job, instance, attributes, and what `more` is. */
export function seriesIdentity(more?: string): string {
  return `toJSONString((${more === undefined ? IDENTITY : `${IDENTITY}, ${more}`}))`;
}

function viewOf(name: string, source: string, kind: string, where: string): MaterializedView {
  const from = ensure(
    otelMetricsTables.find((table) => table.name === source),
    `there is no table ${source}`,
  );
  return {
    name,
    from,
    to: metricPointsTable,
    select: (rows) =>
      `SELECT MetricName AS name, MetricUnit AS unit, ${kind} AS kind, ${seriesIdentity()} AS series, toDateTime64(TimeUnix, 3, 'UTC') AS at, Value AS value, bitAnd(Flags, 1) = 1 AS ended FROM ${rows} WHERE ${where}`,
  };
}

/** What is told since the last point (delta) cannot be read as Prometheus' counters. */
export const CUMULATIVE = "AggregationTemporality != 1";

export const metricPointsViews: readonly MaterializedView[] = [
  viewOf("metric_points_of_gauges", otelGauges.table, "'gauge'", "1"),
  viewOf("metric_points_of_sums", otelSums.table, "if(IsMonotonic, 'counter', 'gauge')", CUMULATIVE),
];

import { otelExponentialHistograms, otelGauges, otelHistograms, otelSummaries, otelSums } from "@weir/model";
import type { BoundQuery } from "../query-runner.ts";
import { metricPointsTable } from "../schema/otel/points.ts";
import type { MetricPart } from "./parts.ts";
import { clamped, hoursOf, IN_HOURS, IN_TIME, type Seconds } from "./time.ts";

/** A metric's name as it was reported, with what its name in Prometheus depends on, and what was said of it. */
export interface MetricNameRow {
  /** Where its points are read. */
  readonly table: string;
  readonly kind: MetricPart["kind"];
  readonly name: string;
  readonly unit: string;
}

const DISTRIBUTIONS = [
  [otelHistograms.table, "histogram"],
  [otelExponentialHistograms.table, "histogram"],
  [otelSummaries.table, "summary"],
] as const;

/** Which metrics there are in a time, of gauges and sums in the hours that it touches: at most so many. Columns: as {@link MetricNameRow}. */
export function metricNamesSql(time: Seconds, limit: number): BoundQuery {
  const points = `SELECT '${metricPointsTable.name}' AS table, toString(kind) AS kind, toString(name) AS name, toString(unit) AS unit FROM ${metricPointsTable.name} WHERE ${IN_HOURS} GROUP BY name, unit, kind`;
  const others = DISTRIBUTIONS.map(
    ([table, kind]) =>
      `SELECT '${table}' AS table, '${kind}' AS kind, toString(MetricName) AS name, MetricUnit AS unit FROM ${table} WHERE ${IN_TIME} GROUP BY name, unit`,
  );
  return {
    query: `SELECT * FROM (${[points, ...others].join(" UNION ALL ")}) ORDER BY name, unit LIMIT ${limit}`,
    params: { ...clamped(time), ...hoursOf(time) },
  };
}

/** What all metrics were said to mean: at most so many. Columns: as {@link MetricNameRow}, description. */
export function metricMeaningsSql(limit: number): BoundQuery {
  const singles = [
    [otelGauges.table, "'gauge'"],
    [otelSums.table, "if(IsMonotonic, 'counter', 'gauge')"],
  ] as const;
  const all = [
    ...singles.map(([table, kind]) => [table, metricPointsTable.name, kind] as const),
    ...DISTRIBUTIONS.map(([table, kind]) => [table, table, `'${kind}'`] as const),
  ];
  const selects = all.map(
    ([table, readAt, kind]) =>
      `SELECT '${readAt}' AS table, ${kind} AS kind, toString(MetricName) AS name, MetricUnit AS unit, any(MetricDescription) AS description FROM ${table} GROUP BY kind, name, unit`,
  );
  return { query: `SELECT * FROM (${selects.join(" UNION ALL ")}) ORDER BY name, unit LIMIT ${limit}`, params: {} };
}

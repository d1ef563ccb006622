import { EDGE_LABELS, type EdgeMetric } from "@weir/model";
import type { BoundQuery } from "../query-runner.ts";
import { callMinutes, connectionMinutes } from "../schema/rollups/edges.ts";
import { wholeOf } from "../schema/rollups/rollup.ts";
import type { Seconds } from "./time.ts";

const rollupOf = ({ of }: EdgeMetric) => (of === "calls" ? callMinutes : connectionMinutes);
const LABELS = EDGE_LABELS.map((label) => `toString(${label})`).join(", ");
const minute = (name: "from" | "to") => `fromUnixTimestamp64Nano({${name}:Int64} * 1000000000, 'UTC')`;

/**
 * A number of every edge, minute by minute. Columns: capture, the edge's labels, what was counted before the time, the minutes' beginnings as Unix seconds, and what each minute
 * counted; of a summary the list of its quantiles, in nanoseconds.
 */
export function edgeMinutesSql(metric: EdgeMetric, { from, to }: Seconds, series: number): BoundQuery {
  const rollup = rollupOf(metric);
  const isCounter = metric.kind === "counter";
  const perMinute = `SELECT capture_id, ${EDGE_LABELS.join(", ")}, minute, ${wholeOf(rollup, metric.measure)} AS value
    FROM ${rollup.table.name} AS parts WHERE minute <= ${minute("to")}${isCounter ? "" : ` AND minute >= ${minute("from")}`}
    GROUP BY capture_id, ${EDGE_LABELS.join(", ")}, minute`;
  const before = isCounter ? `toFloat64(sumIf(value, minute < ${minute("from")}))` : "toFloat64(0)";
  const inTime = `minute >= ${minute("from")}`;
  const value = isCounter ? "toFloat64(value)" : "value";
  return {
    query: `SELECT capture_id, ${LABELS}, ${before}, groupArrayIf(intDiv(toUnixTimestamp64Nano(minute), 1000000000), ${inTime}), groupArrayIf(${value}, ${inTime})
      FROM (${perMinute}) GROUP BY capture_id, ${EDGE_LABELS.join(", ")} LIMIT ${series + 1}`,
    params: { from: Math.floor(from), to: Math.ceil(to) },
  };
}

import type { BoundQuery } from "../query-runner.ts";
import { JOB, metricPointsTable, seriesIdentity } from "../schema/otel/points.ts";
import type { MetricPart } from "./parts.ts";
import { clamped, hoursOf, IN_HOURS, IN_MILLISECONDS, IN_TIME, millisecondsOf, type Seconds } from "./time.ts";

/** What the series of a part are asked for. */
export interface PointsAsked {
  readonly part: MetricPart;
  /** Names as they were reported. */
  readonly names: readonly string[];
  readonly time: Seconds;
  /** Values that one of the labels must have: rows without them cannot match. */
  readonly values: readonly string[];
  readonly job?: string | undefined;
}

const isNarrow = ({ part }: PointsAsked) => part.table === metricPointsTable.name;

/** Conditions on what a series is. Of the narrow table its text must hold the values somewhere: who asked looks at its labels anyway. */
function identityConditions(asked: PointsAsked): string[] {
  const { values, job } = asked;
  const having = isNarrow(asked)
    ? (name: string) => `position(series, toJSONString({${name}:String})) > 0`
    : (name: string) => `has(mapValues(Attributes), {${name}:String})`;
  const jobHolds = isNarrow(asked) ? having("job") : `${JOB} = {job:String}`;
  return [...values.map((_, index) => having(`value${index}`)), ...(job === undefined ? [] : [jobHolds])];
}

function identityParameters({ names, values, job }: PointsAsked): BoundQuery["params"] {
  return {
    names,
    ...Object.fromEntries(values.map((value, index) => [`value${index}`, value])),
    ...(job === undefined ? {} : { job }),
  };
}

/** Rows of a distribution with the columns series, at_ms, value and ended. */
function wideRows(asked: PointsAsked, columns: string): string {
  const { each, label, table, value, where } = asked.part;
  const made = [
    `toLowCardinality(${seriesIdentity(label?.value)}) AS series`,
    "toFloat64(toUnixTimestamp64Milli(toDateTime64(TimeUnix, 3))) AS at_ms",
    ...(each === undefined ? [] : [each]),
    `${value} AS value`,
    "bitAnd(Flags, 1) = 1 AS ended",
  ];
  const conditions = ["MetricName IN {names:Array(String)}", IN_TIME, where, ...identityConditions(asked)];
  return `SELECT ${columns} FROM (SELECT ${made.join(", ")} FROM ${table} WHERE ${conditions.join(" AND ")})`;
}

/** Rows of the narrow table, of gauges or of counters. */
function narrowRows(asked: PointsAsked, columns: string, inTime: string): string {
  const conditions = ["name IN {names:Array(String)}", inTime, asked.part.where, ...identityConditions(asked)];
  return `SELECT ${columns} FROM ${metricPointsTable.name} WHERE ${conditions.join(" AND ")}`;
}

/** Columns: what the series is (see `seriesIdentity`), Unix milliseconds, value, whether the series ended there. Rows are in no order; at most so many. */
export function metricPointsSql(asked: PointsAsked, limit: number): BoundQuery {
  const rows = isNarrow(asked)
    ? narrowRows(asked, "series, toFloat64(toUnixTimestamp64Milli(at)), value, ended", IN_MILLISECONDS)
    : wideRows(asked, "series, at_ms, value, ended");
  return {
    query: `${rows} LIMIT ${limit}`,
    params: { ...identityParameters(asked), ...(isNarrow(asked) ? millisecondsOf(asked.time) : clamped(asked.time)) },
  };
}

/** Which series there are, of gauges and counters in the hours that the time touches; at most so many. Column: what each is. */
export function metricSeriesSql(asked: PointsAsked, limit: number): BoundQuery {
  const rows = isNarrow(asked) ? narrowRows(asked, "series", IN_HOURS) : wideRows(asked, "series");
  return {
    query: `${rows} GROUP BY series LIMIT ${limit}`,
    params: { ...identityParameters(asked), ...(isNarrow(asked) ? hoursOf(asked.time) : clamped(asked.time)) },
  };
}

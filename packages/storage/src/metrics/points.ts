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
  /** Labels that must have these values. Not more is left out than cannot match: who asked looks at the labels anyway. */
  readonly exact: readonly { readonly label: string; readonly value: string }[];
  /** Of a part of {@link metricPointsTable}: only series of which these are the hashes, see {@link metricSeriesSql}. */
  readonly hashes?: readonly string[] | undefined;
}

const isNarrow = ({ part }: PointsAsked) => part.table === metricPointsTable.name;

/** Labels of a distribution that do not stand among the attributes. */
const NOT_ATTRIBUTES: ReadonlySet<string> = new Set(["instance", "le", "quantile"]);

/** Conditions on what a series is. Of the narrow table its text must hold the values somewhere. */
function identityConditions(asked: PointsAsked): string[] {
  const { exact, hashes } = asked;
  if (isNarrow(asked))
    return [
      ...exact.map((_, index) => `position(series, toJSONString({value${index}:String})) > 0`),
      ...(hashes === undefined ? [] : ["toString(cityHash64(series)) IN {hashes:Array(String)}"]),
    ];
  return exact.flatMap(({ label }, index) => {
    const value = `{value${index}:String}`;
    if (label === "job") return [`${JOB} = ${value}`];
    return NOT_ATTRIBUTES.has(label) ? [] : [`has(mapValues(Attributes), ${value})`];
  });
}

function identityParameters({ names, exact, hashes }: PointsAsked): BoundQuery["params"] {
  return {
    names,
    ...Object.fromEntries(exact.map(({ value }, index) => [`value${index}`, value])),
    ...(hashes === undefined ? {} : { hashes }),
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

/** Which series there are, of gauges and counters in the hours that the time touches; at most so many. Columns: what each is, and a hash of that. */
export function metricSeriesSql(asked: PointsAsked, limit: number): BoundQuery {
  const columns = "series, toString(cityHash64(series))";
  const rows = isNarrow(asked) ? narrowRows(asked, columns, IN_HOURS) : wideRows(asked, columns);
  return {
    query: `${rows} GROUP BY series LIMIT ${limit}`,
    params: { ...identityParameters(asked), ...(isNarrow(asked) ? hoursOf(asked.time) : clamped(asked.time)) },
  };
}

import type { BoundQuery } from "../query-runner.ts";
import { METRIC_PARTS, type MetricPart } from "./parts.ts";

/** From one second to another, both included; Unix seconds. */
export interface Seconds {
  readonly from: number;
  readonly to: number;
}

/** A metric's name as it was reported, with what its name in Prometheus depends on. */
export interface MetricNameRow {
  readonly table: string;
  readonly name: string;
  readonly unit: string;
  readonly isMonotonic: number;
  readonly description: string;
}

/** The part of the answer in which numbers that JSON does not know are text. */
const WITH_DENORMALS = "SETTINGS output_format_json_quote_denormals = 1";
const IN_TIME = "TimeUnix >= toDateTime({from:Int64}) AND TimeUnix <= toDateTime({to:Int64})";
const clamped = ({ from, to }: Seconds) => ({ from: within(Math.floor(from)), to: within(Math.ceil(to)) });
/** DateTime knows the years 1970 to 2106. */
const within = (second: number) => Math.max(0, Math.min(0xffff_ffff, second));

/** Which metrics there are in a time: at most so many. */
export function metricNamesSql(time: Seconds, limit: number): BoundQuery {
  const tables = [...new Set(METRIC_PARTS.map(({ table }) => table))];
  const ofTable = (table: string) => {
    const isMonotonic = METRIC_PARTS.some((part) => part.table === table && part.kind === "counter");
    return `SELECT '${table}' AS table, MetricName AS name, MetricUnit AS unit, ${isMonotonic ? "toUInt8(IsMonotonic)" : "0"} AS isMonotonic, any(MetricDescription) AS description
      FROM ${table} WHERE ${IN_TIME} GROUP BY name, unit, isMonotonic`;
  };
  return {
    query: `SELECT * FROM (${tables.map(ofTable).join(" UNION ALL ")}) ORDER BY name, unit LIMIT ${limit}`,
    params: clamped(time),
  };
}

/** What the series of a part are asked for. */
export interface PointsAsked {
  readonly part: MetricPart;
  /** Names as they were reported. */
  readonly names: readonly string[];
  readonly time: Seconds;
  /** Values that one of the labels must have: rows without them cannot match. */
  readonly values: readonly string[];
  readonly job?: string | undefined;
  readonly series: number;
}

const JOB =
  "if(ResourceAttributes['service.namespace'] = '', ServiceName, concat(ResourceAttributes['service.namespace'], '/', ServiceName))";
const SERIES = `MetricName AS name, MetricUnit AS unit, ${JOB} AS job, ResourceAttributes['service.instance.id'] AS instance, mapSort(Attributes) AS attributes`;

function source({ part, names, time, values, job, series }: PointsAsked, what: string, grouping: string): BoundQuery {
  const { each, label, table, where } = part;
  const conditions = [
    "MetricName IN {names:Array(String)}",
    IN_TIME,
    where,
    ...values.map((_, index) => `has(mapValues(Attributes), {value${index}:String})`),
    ...(job === undefined ? [] : [`${JOB} = {job:String}`]),
  ];
  const columns = [
    SERIES,
    `${label?.value ?? "''"} AS part`,
    "TimeUnix",
    "Flags",
    ...(each === undefined ? [] : [each]),
    `${part.value} AS value`,
  ];
  return {
    query: `SELECT name, unit, job, instance, attributes, part${what} FROM (SELECT ${columns.join(", ")} FROM ${table} WHERE ${conditions.join(" AND ")})
      ${grouping} LIMIT ${series + 1} ${WITH_DENORMALS}`,
    params: {
      names,
      ...clamped(time),
      ...Object.fromEntries(values.map((value, index) => [`value${index}`, value])),
      ...(job === undefined ? {} : { job }),
    },
  };
}

/** Columns: name, unit, job, instance, attributes, part, seconds (with a fraction where the table has one), values, flags; the last three are lists, in no order. */
export function metricPointsSql(asked: PointsAsked): BoundQuery {
  const lists =
    ", groupArray(toUnixTimestamp64Milli(toDateTime64(TimeUnix, 3)) / 1000), groupArray(value), groupArray(Flags)";
  return source(asked, lists, "GROUP BY name, unit, job, instance, attributes, part");
}

/** The same without points: which series there are. */
export function metricSeriesSql(asked: PointsAsked): BoundQuery {
  return source(asked, "", "GROUP BY name, unit, job, instance, attributes, part");
}

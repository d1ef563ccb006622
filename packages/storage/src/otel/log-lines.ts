import type { BoundQuery } from "../query-runner.ts";

/** Which log records are read: conditions that the store can judge by itself. */
export interface LogLinesAsked {
  /** Unix nanoseconds: from this one on, and before that one. */
  readonly fromNs: bigint;
  readonly toNs: bigint;
  readonly service: string | undefined;
  /** Values that one of the resource's attributes must have. */
  readonly values: readonly string[];
  /** Conditions on the body; of a filter's texts one is enough. */
  readonly filters: readonly { readonly operator: "|=" | "!=" | "|~" | "!~"; readonly texts: readonly string[] }[];
  readonly limit: number;
}

/** Labels as columns: service, the resource's attributes, severity, and of a line its own attributes, trace and span. */
export type LogLabels = readonly [
  service: string,
  resource: Readonly<Record<string, string>>,
  severity: string,
  attributes?: Readonly<Record<string, string>>,
  traceId?: string,
  spanId?: string,
];

const STREAM = "ServiceName, mapSort(ResourceAttributes) AS resource";

function whereOf({ fromNs, toNs, service, values, filters }: LogLinesAsked) {
  const params: Record<string, unknown> = { from: fromNs.toString(), to: toNs.toString() };
  const bind = (name: string, value: string) => {
    params[name] = value;
    return `{${name}:String}`;
  };
  const moment = (name: "from" | "to") => `fromUnixTimestamp64Nano({${name}:Int64})`;
  const conditions = [
    `Timestamp >= ${moment("from")} AND Timestamp < ${moment("to")}`,
    // The table is ordered by the second: without it the engine reads all days.
    `TimestampTime >= toDateTime(${moment("from")}) AND TimestampTime <= toDateTime(${moment("to")})`,
    ...(service === undefined ? [] : [`ServiceName = ${bind("service", service)}`]),
    ...values.map((value, index) => `has(mapValues(ResourceAttributes), ${bind(`value${index}`, value)})`),
    ...filters.map(({ operator, texts }, index) => {
      const one = texts.map((text, each) => {
        const bound = bind(`text${index}_${each}`, text);
        return operator === "|=" || operator === "!=" ? `position(Body, ${bound}) > 0` : `match(Body, ${bound})`;
      });
      return `${operator.startsWith("!") ? "NOT " : ""}(${one.join(" OR ")})`;
    }),
  ];
  return { where: conditions.join(" AND "), params };
}

/** Columns: Unix nanoseconds as text, body, and {@link LogLabels}. */
export function logLinesSql(asked: LogLinesAsked & { readonly newestFirst: boolean }): BoundQuery {
  const { where, params } = whereOf(asked);
  return {
    query: `SELECT toString(toUnixTimestamp64Nano(Timestamp)), Body, ${STREAM}, SeverityText, LogAttributes, TraceId, SpanId
      FROM otel_logs WHERE ${where} ORDER BY Timestamp ${asked.newestFirst ? "DESC" : "ASC"} LIMIT ${asked.limit}`,
    params,
  };
}

/** How many lines and bytes, by stream, severity and step of time. Columns: the step's number, by its end from 1; lines; bytes; {@link LogLabels} up to severity. */
export function logCountsSql(asked: LogLinesAsked, originNs: bigint, stepNs: bigint): BoundQuery {
  const { where, params } = whereOf(asked);
  return {
    query: `SELECT intDiv(toUnixTimestamp64Nano(Timestamp) - {origin:Int64} + {step:Int64} - 1, {step:Int64}) AS number, count(), sum(length(Body)), ${STREAM}, SeverityText
      FROM otel_logs WHERE ${where} GROUP BY number, ServiceName, resource, SeverityText LIMIT ${asked.limit}`,
    params: { ...params, origin: originNs.toString(), step: stepNs.toString() },
  };
}

/** Streams: {@link LogLabels} of two columns. */
export function logLabelSetsSql(asked: LogLinesAsked): BoundQuery {
  const { where, params } = whereOf(asked);
  return { query: `SELECT DISTINCT ${STREAM} FROM otel_logs WHERE ${where} LIMIT ${asked.limit}`, params };
}

/** Columns: streams, lines, bytes. */
export function logStatsSql(asked: LogLinesAsked): BoundQuery {
  const { where, params } = whereOf(asked);
  return {
    query: `SELECT uniq(ServiceName, mapSort(ResourceAttributes)), count(), sum(length(Body)) FROM otel_logs WHERE ${where}`,
    params,
  };
}

import type { FilterField } from "@weir/http-contract";
import type { QuestionJson } from "../../lib/api.ts";
import { oneOf } from "../../lib/location.ts";
import type { FilterRecord } from "../filter/use-completion.ts";

/** What the page asks, as the URL has it. */
export interface ExploreState {
  readonly record: FilterRecord;
  readonly filter: string;
  /** Fields to group by, most important first. */
  readonly groupBy: readonly string[];
  /** As the query language has it: `p95(call.durationNs)`. */
  readonly measure: string;
  /** Width of buckets, `auto`, or empty where it is not asked over time. */
  readonly bucket: string;
  readonly limit: number;
  readonly others: boolean;
  /** RFC 3339; empty where the period has no such end. */
  readonly from: string;
  readonly to: string;
  readonly compare: boolean;
  readonly view: "chart" | "table";
  readonly capture: string;
}

/** Records as the page offers them. */
export const EXPLORED: readonly FilterRecord[] = [
  "call",
  "connection",
  "retry",
  "delivery",
  "finding",
  "span",
  "log",
  "metric",
  "profile",
];
/** Records that applications reported: of no capture. */
const REPORTED: ReadonlySet<FilterRecord> = new Set(["span", "log", "metric", "profile"]);
export const LIMITS = [5, 10, 20, 50, 100] as const;
export const BUCKETS = ["auto", "1s", "10s", "1m", "10m", "1h", "24h"] as const;

/** The state that a URL's query stands for; what it does not say, or says wrongly, is the default. */
export function exploreState(query: URLSearchParams): ExploreState {
  const text = (name: string) => query.get(name) ?? "";
  const limit = Number(text("limit"));
  const record = oneOf(EXPLORED, text("record"), "call");
  return {
    record,
    filter: text("filter"),
    groupBy: query.has("by")
      ? text("by")
          .split(" ")
          .filter((name) => name !== "")
      : [DEFAULT_GROUP[record]],
    measure: text("measure") || "count()",
    bucket: text("bucket"),
    limit: Number.isInteger(limit) && limit > 0 ? limit : 10,
    others: text("others") === "1",
    from: text("from"),
    to: text("to"),
    compare: text("compare") === "1",
    view: oneOf(["chart", "table"], text("view"), "chart"),
    capture: text("capture"),
  };
}

const DEFAULT_GROUP: Readonly<Record<FilterRecord, string>> = {
  call: "server.service",
  connection: "server.service",
  retry: "server.service",
  delivery: "delivery.destination",
  finding: "finding.rule",
  span: "span.service",
  log: "log.service",
  metric: "metric.name",
  profile: "profile.service",
};

/** Changes of the URL that make its state this one. */
export function placeOf(state: Partial<ExploreState>): Record<string, string | undefined> {
  const { groupBy, limit, others, compare, ...texts } = state;
  return {
    ...texts,
    ...(groupBy === undefined ? {} : { by: groupBy.length === 0 ? " " : groupBy.join(" ") }),
    ...(limit === undefined ? {} : { limit: String(limit) }),
    ...(others === undefined ? {} : { others: others ? "1" : undefined }),
    ...(compare === undefined ? {} : { compare: compare ? "1" : undefined }),
  };
}

/** The question that a state asks: its measure, and how many records are under it. */
export function questionOf(state: ExploreState): QuestionJson {
  const { record, filter, groupBy, measure, bucket, limit, others, from, to, compare, capture } = state;
  const given = (text: string) => (text === "" ? undefined : text);
  const hasPeriod = from !== "" && to !== "";
  return {
    record,
    filter: given(filter),
    capture: REPORTED.has(record) ? undefined : given(capture),
    from: given(from),
    to: given(to),
    groupBy: [...groupBy],
    measures: measure === "count()" ? [measure] : [measure, "count()"],
    bucket: given(bucket),
    limit,
    others: others && groupBy.length > 0 ? true : undefined,
    compare: compare && hasPeriod ? "previous" : undefined,
  };
}

/** A measure as the form has it: `p95(call.durationNs)` is p95 of call.durationNs. */
export interface MeasureParts {
  readonly kind: string;
  readonly argument: string;
}

export function measureParts(measure: string): MeasureParts {
  const [, kind = "count", argument = ""] = /^\s*(\w+)\((.*)\)\s*$/s.exec(measure) ?? [];
  return { kind, argument };
}

/** The measures of the form, with what their argument is. */
export const MEASURE_KINDS = [
  ["count", "Count", "none"],
  ["rate", "Per second", "none"],
  ["ratio", "Share that matches", "condition"],
  ["p50", "Median of", "number"],
  ["p95", "95th percentile of", "number"],
  ["p99", "99th percentile of", "number"],
  ["mean", "Mean of", "number"],
  ["sum", "Sum of", "number"],
  ["min", "Smallest", "number"],
  ["max", "Largest", "number"],
  ["uniq", "Different", "any"],
] as const;

/** What the argument of a measure is. */
export function argumentOf(kind: string): "none" | "condition" | "number" | "any" {
  return MEASURE_KINDS.find(([name]) => name === kind)?.[2] ?? "none";
}

/** The measure of another kind that keeps its argument where it fits. */
export function withKind(kind: string, before: MeasureParts, record: FilterRecord): string {
  const wanted = argumentOf(kind);
  if (wanted === "none") return `${kind}()`;
  const had = argumentOf(before.kind);
  const keeps = had === wanted || (had === "number" && wanted === "any");
  return `${kind}(${keeps && before.argument !== "" ? before.argument : DEFAULT_ARGUMENTS[record][wanted]})`;
}

const DEFAULT_ARGUMENTS: Readonly<Record<FilterRecord, Readonly<Record<"condition" | "number" | "any", string>>>> = {
  call: { condition: 'call.status != "ok"', number: "call.durationNs", any: "client.address" },
  connection: {
    condition: 'connection.failingVerdict != "working"',
    number: "connection.durationNs",
    any: "client.address",
  },
  retry: { condition: 'retry.outcome != "ok"', number: "retry.durationNs", any: "client.service" },
  delivery: {
    condition: 'delivery.queueNs > duration("1s")',
    number: "delivery.queueNs",
    any: "delivery.consumerService",
  },
  finding: { condition: 'finding.severity == "critical"', number: "finding.impact", any: "server.service" },
  span: { condition: 'span.status == "Error"', number: "span.durationNs", any: "span.name" },
  log: { condition: "log.severityNumber >= 17", number: "log.severityNumber", any: "log.service" },
  metric: { condition: "metric.value > 0", number: "metric.value", any: "metric.name" },
  profile: { condition: "profile.value > 0", number: "profile.value", any: "profile.service" },
};

/** Fields that an argument or a group can be. */
export function fieldsFor(fields: readonly FilterField[], wanted: "number" | "any"): readonly FilterField[] {
  return fields.filter(({ type }) => (wanted === "number" ? type === "int" || type === "float" : !type.endsWith("[]")));
}

/** The condition that a group's value adds to a filter; undefined where a filter cannot say it: absent values. */
export function groupCondition(field: string, value: unknown): string | undefined {
  if (value === null || value === undefined) return `!has(${field})`;
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
    return `${field} == ${JSON.stringify(value)}`;
  return undefined;
}

/** A filter and one more condition. */
export function narrowed(filter: string, condition: string): string {
  if (filter.trim() === "") return condition;
  return /\|\|/.test(filter) ? `(${filter}) && ${condition}` : `${filter} && ${condition}`;
}

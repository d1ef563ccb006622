import { WeirError } from "@weir/base";
import type { SqlCondition, Store } from "../store.ts";
import { allOf, type Window, windowCondition } from "./window.ts";

/** How two sets of spans lie in a trace: both are there, one of them is, the second one's spans are children of the first one's, or below them. */
export type SpanRelation = "and" | "or" | "child" | "descendant";

/** Spans that are looked at, at most, to see what is below what. */
const MAX_SPANS = 200_000;

/** The condition on spans that finds the traces in which these sets of spans lie so. `child` and `descendant` are of two sets. */
export async function spansetCondition(
  store: Store,
  relation: SpanRelation,
  sets: readonly SqlCondition[],
  window: Window,
): Promise<SqlCondition> {
  const [first, ...others] = sets.map((set, index) => renamed(set, `set${index}_`));
  if (first === undefined) return { where: "1", params: {} };
  const inTime = windowCondition("Timestamp", window);
  const params = Object.assign({}, inTime.params, first.params, ...others.map((other) => other.params));
  const traces = (condition: SqlCondition) =>
    `SELECT TraceId FROM otel_traces WHERE ${allOf([condition, inTime]).where}`;
  switch (relation) {
    case "and":
      return {
        where: [`(${first.where})`, ...others.map((other) => `TraceId IN (${traces(other)})`)].join(" AND "),
        params,
      };
    case "or":
      return { where: [first, ...others].map(({ where }) => `(${where})`).join(" OR "), params };
    case "child": {
      const parents = `SELECT TraceId, SpanId FROM otel_traces WHERE ${allOf([first, inTime]).where}`;
      return { where: `(${others[0]?.where ?? "1"}) AND (TraceId, ParentSpanId) IN (${parents})`, params };
    }
    case "descendant": {
      const [second = first] = others;
      const spans = await store.rows<RelatedSpan>(
        `SELECT TraceId AS traceId, SpanId AS spanId, ParentSpanId AS parentSpanId, toUInt8(${first.where}) AS isAbove, toUInt8(${second.where}) AS isBelow
        FROM otel_traces WHERE TraceId IN (${traces(first)}) AND TraceId IN (${traces(second)}) LIMIT ${MAX_SPANS + 1}`,
        params,
      );
      if (spans.length > MAX_SPANS)
        throw new WeirError(
          "LIMIT_REACHED",
          `more than ${MAX_SPANS} spans would be looked at`,
          "Ask about a shorter time",
        );
      return { where: "TraceId IN {below:Array(String)}", params: { below: tracesWithBelow(spans) } };
    }
    default:
      return relation satisfies never;
  }
}

/** A span with which of two conditions it meets. */
export interface RelatedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly isAbove: number;
  readonly isBelow: number;
}

/** Traces in which a span of the second condition lies anywhere below one of the first. */
export function tracesWithBelow(spans: readonly RelatedSpan[]): string[] {
  const byId = new Map(spans.map((span) => [`${span.traceId} ${span.spanId}`, span]));
  const found = new Set<string>();
  for (const span of spans) {
    if (span.isBelow === 0 || found.has(span.traceId)) continue;
    // Parents that go round in a circle are walked once.
    const seen = new Set<RelatedSpan>([span]);
    for (let at = parentOf(span, byId); at !== undefined && !seen.has(at); at = parentOf(at, byId)) {
      seen.add(at);
      if (at.isAbove !== 0) found.add(span.traceId);
    }
  }
  return [...found];
}

function parentOf({ traceId, parentSpanId }: RelatedSpan, byId: ReadonlyMap<string, RelatedSpan>) {
  return byId.get(`${traceId} ${parentSpanId}`);
}

/** The same condition with other names of its parameters, so that it can stand beside another one. */
function renamed({ where, params }: SqlCondition, prefix: string): SqlCondition {
  return {
    where: where.replace(/\{(\w+):/g, `{${prefix}$1:`),
    params: Object.fromEntries(Object.entries(params).map(([name, value]) => [prefix + name, value])),
  };
}

import { formatUnixNs } from "@weir/base";
import { checkFilter, whereSql } from "@weir/query";
import {
  readTraces,
  type SpanRelation,
  type SqlCondition,
  type Store,
  spansetCondition,
  type TraceRow,
} from "@weir/storage";
import { FilterError } from "../problems.ts";
import { ENVIRONMENTS } from "../scope.ts";

/** Traces that a search gives at most. */
const MAX_TRACES = 1_000;

/** Which traces are looked for, in the words of Weir's own filters: conditions on one of their spans. */
export interface TraceSearch {
  readonly conditions: readonly string[];
  /** Conditions on sets of spans that lie so in the trace, beside. */
  readonly relation?: SpanRelation;
  readonly sets?: readonly (readonly string[])[];
  readonly fromNs?: bigint | undefined;
  readonly toNs?: bigint | undefined;
  readonly minDurationNs?: number | undefined;
  readonly maxDurationNs?: number | undefined;
  readonly limit: number;
}

/** The newest traces that match. */
export async function searchTraces(store: Store, search: TraceSearch): Promise<readonly TraceRow[]> {
  const { conditions, relation = "and", sets = [], fromNs, toNs, minDurationNs = 0, maxDurationNs, limit } = search;
  const window = {
    from: fromNs === undefined ? undefined : formatUnixNs(fromNs),
    to: toNs === undefined ? undefined : formatUnixNs(toNs),
  };
  const related = await spansetCondition(store, relation, sets.map(spanCondition), window);
  const { items } = await readTraces(store, {
    condition: bothOf(spanCondition(conditions), related),
    ...window,
    minDurationNs: Math.max(0, Math.round(minDurationNs)),
    errors: false,
    limit: Math.max(1, Math.min(MAX_TRACES, limit)),
    offset: 0,
  });
  return maxDurationNs === undefined ? items : items.filter(({ durationNs }) => durationNs <= maxDurationNs);
}

function spanCondition(conditions: readonly string[]): SqlCondition {
  if (conditions.length === 0) return { where: "1", params: {} };
  const check = checkFilter(conditions.map((condition) => `(${condition})`).join(" && "), ENVIRONMENTS.span);
  if (check.kind !== "ok") throw new FilterError(check);
  return whereSql(check.filter, "otel_traces");
}

/** Both conditions; one that is always true is left out. */
function bothOf(...conditions: readonly SqlCondition[]): SqlCondition {
  const parts = conditions.filter(({ where }) => where !== "1");
  return {
    where: parts.length === 0 ? "1" : parts.map(({ where }) => `(${where})`).join(" AND "),
    params: Object.assign({}, ...parts.map(({ params }) => params)),
  };
}

/** The condition that an attribute of the span, or of what reported it, has a value. */
export function tagCondition(name: string, value: string): string {
  const [key, text] = [JSON.stringify(name), JSON.stringify(value)];
  if (name === "service.name") return `span.service == ${text}`;
  if (name === "error") return value === "true" ? 'span.status == "Error"' : 'span.status != "Error"';
  return `span.attributes[${key}] == ${text} || span.resource[${key}] == ${text}`;
}

const NS_PER_UNIT: Readonly<Record<string, number>> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3_600e9 };

/** Nanoseconds of `1.5s` or `100ms`; undefined where the text is no duration. */
export function durationNs(text: string | undefined): number | undefined {
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)$/.exec(text?.trim() ?? "") ?? [];
  return amount === undefined ? undefined : Number(amount) * (NS_PER_UNIT[unit] ?? 1);
}

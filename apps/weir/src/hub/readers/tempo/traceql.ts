import type { SpanRelation } from "@weir/storage";
import { durationNs, tagCondition } from "../trace-search.ts";
import { type SpansetOperator, spansetsOf, unknownTraceql } from "./spansets.ts";

/** One comparison of TraceQL's simple form: `span.http.status_code = 500`. */
const COMPARISON =
  /^\s*((?:span\.|resource\.|\.)?[\w.:\-/]+|"[^"]*")\s*(=~|!~|!=|>=|<=|=|>|<)\s*("(?:[^"\\]|\\.)*"|`[^`]*`|[\w.\-µ]+)\s*(&&|\|\||$)/;

const STATUSES: Readonly<Record<string, string>> = { error: "Error", ok: "Ok", unset: "Unset" };
const TEXT_INTRINSICS: Readonly<Record<string, string>> = {
  name: "span.name",
  statusMessage: "span.statusMessage",
  rootName: "span.name",
};

/** A query in Weir's words: conditions of each set of spans, and how the sets lie to each other in a trace. */
export interface TraceqlSearch {
  readonly relation: SpanRelation;
  readonly sets: readonly (readonly string[])[];
}

const RELATIONS: Readonly<Record<SpansetOperator, SpanRelation>> = {
  "&&": "and",
  "||": "or",
  ">": "child",
  "<": "child",
  ">>": "descendant",
  "<<": "descendant",
};

/** Reads TraceQL: pairs of braces with comparisons, joined by `&&`, `||`, `>`, `>>`, `<` or `<<`. What is beyond that is refused, never ignored. */
export function readTraceql(query: string): TraceqlSearch {
  const { operator, sets } = spansetsOf(query);
  const conditions = sets.map(comparisons);
  // What is above stands first.
  return { relation: RELATIONS[operator], sets: operator.startsWith("<") ? conditions.reverse() : conditions };
}

/** Comparisons joined by `&&` or by `||`, as conditions of Weir's filters. */
function comparisons(inner: string): string[] {
  const parts: string[] = [];
  const joins = new Set<string>();
  let rest = inner;
  while (rest !== "" && rest !== "true") {
    const [whole, name = "", operator = "", literal = "", join = ""] = COMPARISON.exec(rest) ?? [];
    if (whole === undefined) throw unknownTraceql(`"${rest.slice(0, 40)}" is no comparison`);
    parts.push(comparison(name, operator, literal));
    if (join !== "") joins.add(join);
    rest = rest.slice(whole.length).trim();
    if (join !== "" && rest === "") throw unknownTraceql("a comparison is missing at the end");
  }
  if (joins.size > 1) throw unknownTraceql("&& and || do not stand beside each other");
  return joins.has("||") ? [parts.map((part) => `(${part})`).join(" || ")] : parts;
}

function comparison(name: string, operator: string, literal: string): string {
  const value = /^["`]/.test(literal) ? textOf(literal) : literal;
  const text = JSON.stringify(value);
  if (name === "duration" || name === "traceDuration" || name === "span:duration") {
    const ns = durationNs(value);
    if (ns === undefined) throw unknownTraceql(`"${value}" is no duration`);
    return `span.durationNs ${operator === "=" ? "==" : operator} ${Math.round(ns)}`;
  }
  if (name === "status") return `span.status ${equality(operator)} ${JSON.stringify(STATUSES[value] ?? value)}`;
  if (name === "kind")
    return `span.kind ${equality(operator)} ${JSON.stringify(value.charAt(0).toUpperCase() + value.slice(1))}`;
  const intrinsic = TEXT_INTRINSICS[name];
  if (intrinsic !== undefined) return test(intrinsic, operator, text);
  if (name === "resource.service.name" || name === "rootServiceName") return test("span.service", operator, text);
  const [, scope, key = ""] = /^(span|resource)\.(.+)$/.exec(name) ?? [];
  if (scope === "span") return test(`span.attributes[${JSON.stringify(key)}]`, operator, text);
  if (scope === "resource") return test(`span.resource[${JSON.stringify(key)}]`, operator, text);
  if (!name.startsWith("."))
    throw unknownTraceql(`there is no ${name}: attributes are span.NAME, resource.NAME or .NAME`);
  if (operator === "=") return tagCondition(name.slice(1), value);
  const quoted = JSON.stringify(name.slice(1));
  return `${test(`span.attributes[${quoted}]`, operator, text)} || ${test(`span.resource[${quoted}]`, operator, text)}`;
}

function test(field: string, operator: string, text: string): string {
  if (operator === "=~" || operator === "!~") {
    const pattern = JSON.stringify(`^(?:${JSON.parse(text) as string})$`);
    return `${operator === "!~" ? "!" : ""}${field}.matches(${pattern})`;
  }
  return `${field} ${equality(operator)} ${text}`;
}

function equality(operator: string): string {
  if (operator === "=") return "==";
  if (operator === "!=") return "!=";
  throw unknownTraceql(`${operator} compares durations: attributes are kept as text`);
}

function textOf(literal: string): string {
  return literal.startsWith("`") ? literal.slice(1, -1) : literal.slice(1, -1).replace(/\\(.)/g, "$1");
}

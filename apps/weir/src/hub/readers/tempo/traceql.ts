import { WeirError } from "@weir/base";
import { durationNs, tagCondition } from "../trace-search.ts";

/** One comparison of TraceQL's simple form: `span.http.status_code = 500`. */
const COMPARISON =
  /^\s*((?:span\.|resource\.|\.)?[\w.:\-/]+|"[^"]*")\s*(=~|!~|!=|>=|<=|=|>|<)\s*("(?:[^"\\]|\\.)*"|`[^`]*`|[\w.\-µ]+)\s*(&&|\|\||$)/;

const STATUSES: Readonly<Record<string, string>> = { error: "Error", ok: "Ok", unset: "Unset" };
const TEXT_INTRINSICS: Readonly<Record<string, string>> = {
  name: "span.name",
  statusMessage: "span.statusMessage",
  rootName: "span.name",
};

/**
 * Conditions of Weir's filters for a simple TraceQL query: one pair of braces with comparisons joined by `&&` or by `||`. What is beyond that is refused, never ignored.
 */
export function traceqlConditions(query: string): string[] {
  const inner = /^\s*\{([\s\S]*)\}\s*$/.exec(query)?.[1];
  if (inner === undefined) throw unknown("a query is one pair of braces with comparisons in it");
  const parts: string[] = [];
  const joins = new Set<string>();
  let rest = inner.trim();
  while (rest !== "" && rest !== "true") {
    const [whole, name = "", operator = "", literal = "", join = ""] = COMPARISON.exec(rest) ?? [];
    if (whole === undefined) throw unknown(`"${rest.slice(0, 40)}" is no comparison`);
    parts.push(comparison(name, operator, literal));
    if (join !== "") joins.add(join);
    rest = rest.slice(whole.length).trim();
    if (join !== "" && rest === "") throw unknown("a comparison is missing at the end");
  }
  if (joins.size > 1) throw unknown("&& and || do not stand beside each other");
  return joins.has("||") ? [parts.map((part) => `(${part})`).join(" || ")] : parts;
}

function comparison(name: string, operator: string, literal: string): string {
  const value = /^["`]/.test(literal) ? textOf(literal) : literal;
  const text = JSON.stringify(value);
  if (name === "duration" || name === "traceDuration" || name === "span:duration") {
    const ns = durationNs(value);
    if (ns === undefined) throw unknown(`"${value}" is no duration`);
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
  if (!name.startsWith(".")) throw unknown(`there is no ${name}: attributes are span.NAME, resource.NAME or .NAME`);
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
  throw unknown(`${operator} compares durations: attributes are kept as text`);
}

function textOf(literal: string): string {
  return literal.startsWith("`") ? literal.slice(1, -1) : literal.slice(1, -1).replace(/\\(.)/g, "$1");
}

function unknown(why: string): WeirError {
  return new WeirError(
    "USAGE",
    `this TraceQL is not known here: ${why}`,
    'Write it as { resource.service.name = "orders" && duration > 100ms }',
  );
}

import { WeirError } from "@weir/base";

/** How two sets of spans of a trace lie to each other (https://grafana.com/docs/tempo/latest/traceql/construct-traceql-queries/#structural). */
export const SPANSET_OPERATORS = ["&&", "||", ">>", "<<", ">", "<"] as const;
export type SpansetOperator = (typeof SPANSET_OPERATORS)[number];

/** A query: what stands in its braces, and what joins them; `&&` where there is one pair. */
export interface Spansets {
  readonly operator: SpansetOperator;
  /** Texts between braces, in order. */
  readonly sets: readonly string[];
}

const SET = /^\s*\{((?:[^{}"`]|"(?:[^"\\]|\\.)*"|`[^`]*`)*)\}\s*/;

/** Cuts a query at its braces. Throws USAGE for what is more than sets joined by one operator. */
export function spansetsOf(query: string): Spansets {
  const sets: string[] = [];
  const operators: SpansetOperator[] = [];
  for (let rest = query; ; ) {
    const [whole, inner] = SET.exec(rest) ?? [];
    if (whole === undefined || inner === undefined)
      throw unknownTraceql(`"${rest.trim().slice(0, 40)}" is no pair of braces with comparisons in it`);
    sets.push(inner.trim());
    rest = rest.slice(whole.length);
    if (rest === "") break;
    const operator = SPANSET_OPERATORS.find((each) => rest.startsWith(each));
    if (operator === undefined) throw unknownTraceql(`"${rest.slice(0, 40)}" does not join two pairs of braces`);
    operators.push(operator);
    rest = rest.slice(operator.length);
  }
  const [operator = "&&"] = operators;
  if (new Set(operators).size > 1) throw unknownTraceql("pairs of braces are joined by one kind of operator");
  if (sets.length > 2 && operator !== "&&" && operator !== "||")
    throw unknownTraceql(`${operator} stands between two pairs of braces`);
  return { operator, sets };
}

/** What is refused, and how it could be written. */
export function unknownTraceql(why: string): WeirError {
  return new WeirError(
    "USAGE",
    `this TraceQL is not known here: ${why}`,
    'Write it as { resource.service.name = "orders" && duration > 100ms } >> { status = error }',
  );
}

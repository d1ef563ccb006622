import { parseUnixNs, WeirError } from "@weir/base";
import type { SqlCondition } from "../store.ts";

/** A time window as it was asked for: RFC 3339 text. */
export interface Window {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The condition that a time column lies in a window. */
export function windowCondition(column: string, { from, to }: Window): SqlCondition {
  const bounds = [
    { sign: ">=", name: "from", text: from },
    { sign: "<=", name: "to", text: to },
  ].flatMap(({ sign, name, text }) => (text === undefined || text === "" ? [] : [{ sign, name, text: checked(text) }]));
  return allOf(
    bounds.map(({ sign, name, text }) => ({
      where: `${column} ${sign} parseDateTime64BestEffort({${name}:String}, 9)`,
      params: { [name]: text },
    })),
  );
}

function checked(text: string): string {
  if (parseUnixNs(text) !== undefined) return text;
  throw new WeirError("USAGE", `"${text}" is not a time`, "Write it as 2026-11-21T06:39:53Z");
}

/** All of these conditions; always true where there are none. */
export function allOf(conditions: readonly SqlCondition[]): SqlCondition {
  const parts = conditions.filter(({ where }) => where !== "1");
  return {
    where: parts.length === 0 ? "1" : parts.map(({ where }) => `(${where})`).join(" AND "),
    params: Object.assign({}, ...parts.map(({ params }) => params)),
  };
}

/** A condition on a parameter that may not be asked for. */
export function asked(name: string, value: string | undefined, where: string): SqlCondition {
  return value === undefined || value === "" ? { where: "1", params: {} } : { where, params: { [name]: value } };
}

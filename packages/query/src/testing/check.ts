import { checkFilter } from "../check.ts";
import { type FilterEnvironment, filterEnvironment } from "../environment.ts";
import type { Filter } from "../expression.ts";
import type { FilterProblem } from "../problem.ts";
import { testProtocols } from "./records.ts";

export const testEnvironment: FilterEnvironment = filterEnvironment(testProtocols);

/** A filter that must be right. */
export function filterOf(text: string): Filter {
  const checked = checkFilter(text, testEnvironment);
  if (checked.kind === "problem") throw new Error(`${text}: ${checked.message} at ${checked.position}`);
  return checked.filter;
}

/** The problem of a filter that must be wrong. */
export function problemOf(text: string): FilterProblem {
  const checked = checkFilter(text, testEnvironment);
  if (checked.kind === "ok") throw new Error(`${text} is a filter`);
  return checked;
}

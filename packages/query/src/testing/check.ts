import { checkFilter } from "../check.ts";
import { queryEnvironments } from "../environment.ts";
import type { Filter } from "../expression.ts";
import type { FilterEnvironment } from "../known-fields.ts";
import type { FilterProblem } from "../problem.ts";
import { testProtocols } from "./records.ts";

export const testEnvironments = queryEnvironments(testProtocols);
export const testEnvironment: FilterEnvironment = testEnvironments.call;

/** A filter that must be right. */
export function filterOf(text: string, environment = testEnvironment): Filter {
  const checked = checkFilter(text, environment);
  if (checked.kind === "problem") throw new Error(`${text}: ${checked.message} at ${checked.position}`);
  return checked.filter;
}

/** The problem of a filter that must be wrong. */
export function problemOf(text: string): FilterProblem {
  const checked = checkFilter(text, testEnvironment);
  if (checked.kind === "ok") throw new Error(`${text} is a filter`);
  return checked;
}

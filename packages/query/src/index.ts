export { checkFilter, type FilterCheck } from "./check.ts";
export { type FilterEnvironment, type FilterField, filterEnvironment, filterFields } from "./environment.ts";
export type { Expression, FieldReference, Filter, ValueType } from "./expression.ts";
export { FILTER_LIMITS } from "./limits.ts";
export { predicate } from "./predicate.ts";
export { printExpression } from "./print.ts";
export type { FilterProblem } from "./problem.ts";
export { type FilterTable, type WhereSql, type WhereSqlOptions, whereSql } from "./sql.ts";

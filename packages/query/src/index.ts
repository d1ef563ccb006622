export { checkFilter, type FilterCheck } from "./check.ts";
export { COMPLETION_ITEMS, type Completion, type CompletionItem, completeFilter } from "./completion/complete.ts";
export { parseDurationNs } from "./duration.ts";
export {
  type Environments,
  filterEnvironment,
  filterFields,
  queryEnvironments,
} from "./environment.ts";
export {
  type Expression,
  type FieldReference,
  type Filter,
  fieldsOf,
  type ValueType,
} from "./expression.ts";
export type { FilterEnvironment, FilterField } from "./known-fields.ts";
export { FILTER_LIMITS } from "./limits.ts";
export { nearest } from "./nearest.ts";
export { predicate, STREAM_RELATIONS } from "./predicate.ts";
export { printExpression } from "./print.ts";
export type { FilterProblem } from "./problem.ts";
export { bucketCount } from "./question/buckets.ts";
export { checkQuestion, type QuestionCheck, type QuestionProblem } from "./question/check.ts";
export { answerColumns } from "./question/columns.ts";
export { QUESTION_LIMITS } from "./question/limits.ts";
export { MEASURE_FORMS } from "./question/measure.ts";
export { type Overview, overviewSql } from "./question/overview.ts";
export type { CheckedQuestion, Column, Question, TimeRange } from "./question/question.ts";
export { QUERY_RECORDS } from "./question/records.ts";
export { askedRange, bucketWidthNs, questionSql, type Statement } from "./question/sql.ts";
export { SPAN_WEIGHT } from "./question/weight.ts";
export type { FilterTable } from "./relations.ts";
export { type WhereSql, type WhereSqlOptions, whereSql } from "./sql.ts";

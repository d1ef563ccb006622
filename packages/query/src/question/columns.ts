import type { FieldReference } from "../expression.ts";
import type { CheckedQuestion, Column, Measure } from "./question.ts";
import { hasErrorBar } from "./weighted-sql.ts";

type Asked = Pick<
  CheckedQuestion,
  "groups" | "measures" | "fields" | "others" | "bucketNs" | "compareNs" | "isSampled"
>;

/** The columns of a question's answer, in order. */
export function answerColumns(question: Asked): Column[] {
  const { groups, measures, fields, others, bucketNs, compareNs, isSampled = false } = question;
  if (fields.length > 0) return fields.map((field) => fieldColumn(field, "field"));
  const values = measures.map(measureColumn);
  const before = compareNs === undefined ? [] : measures.map(beforeColumn);
  return [
    ...(bucketNs === undefined ? [] : [TIME]),
    ...groups.map((field) => fieldColumn(field, "group")),
    ...(others ? [OTHERS] : []),
    ...[...values, ...before].map((column) => (isSampled ? { ...column, estimated: true } : column)),
    ...(isSampled ? [...barred(measures, values), ...barred(measures, before)].map(errorColumn) : []),
  ];
}

/** Names that an order can give. */
export function columnNames(question: Asked): string[] {
  return answerColumns(question).map(({ name }) => name);
}

/** Where a bucket begins. */
const TIME: Column = { name: "time", role: "time", type: "time" };
/** True in the row of all groups beyond the limit. */
const OTHERS: Column = { name: "others", role: "others", type: "bool" };

function fieldColumn({ name, type, unit }: FieldReference, role: "group" | "field"): Column {
  return { name, role, type, ...(unit === undefined ? {} : { unit }) };
}

function measureColumn(measure: Measure): Column {
  const { unit, type } = measuredValue(measure);
  const isEstimate = measure.kind === "quantile" || measure.kind === "uniq";
  return {
    name: measure.text,
    role: "measure",
    type,
    ...(unit === undefined ? {} : { unit }),
    ...(isEstimate ? { estimated: true } : {}),
  };
}

function beforeColumn(measure: Measure): Column {
  return { ...measureColumn(measure), name: `${measure.text} before`, role: "before", of: measure.text };
}

/** The columns whose measures have error bars. */
function barred(measures: readonly Measure[], columns: readonly Column[]): Column[] {
  return columns.filter((_, index) => measures[index] !== undefined && hasErrorBar(measures[index]));
}

function errorColumn({ name, unit }: Column): Column {
  return { name: `${name} ±`, role: "error", type: "float", of: name, ...(unit === undefined ? {} : { unit }) };
}

function measuredValue(measure: Measure): { readonly type: Column["type"]; readonly unit?: string } {
  switch (measure.kind) {
    case "count":
    case "uniq":
      return { type: "int", unit: "count" };
    case "ratio":
      return { type: "float", unit: "ratio" };
    case "rate":
      return { type: "float", unit: `${measure.field?.unit ?? "count"}/s` };
    case "sum":
    case "min":
    case "max":
      return withUnit(measure.field.type, measure.field);
    case "mean":
    case "quantile":
      return withUnit("float", measure.field);
    default:
      return measure satisfies never;
  }
}

function withUnit(
  type: Column["type"],
  { unit }: FieldReference,
): { readonly type: Column["type"]; readonly unit?: string } {
  return unit === undefined ? { type } : { type, unit };
}

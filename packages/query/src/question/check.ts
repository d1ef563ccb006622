import { parseUnixNs } from "@weir/base";
import type { RecordWord } from "@weir/model";
import { checkFilter } from "../check.ts";
import { parseDurationNs } from "../duration.ts";
import type { Environments } from "../environment.ts";
import type { FieldReference, Filter } from "../expression.ts";
import type { FilterEnvironment } from "../known-fields.ts";
import { nearest } from "../nearest.ts";
import { fieldOf } from "../operand.ts";
import { parseCel } from "../parse.ts";
import { type FilterProblem, isProblem, problem } from "../problem.ts";
import { columnNames } from "./columns.ts";
import { DEFAULT_ROWS, DEFAULT_SERIES, QUESTION_LIMITS } from "./limits.ts";
import { checkMeasure } from "./measure.ts";
import type { CheckedQuestion, Measure, Question } from "./question.ts";
import { QUERY_RECORDS } from "./records.ts";

/** Why a question cannot be asked: the problem, and the part of the question whose text its position is in. */
export interface QuestionProblem extends FilterProblem {
  /** `filter`, `measures.0`, `groupBy.1` … */
  readonly part: string;
}

export type QuestionCheck = { readonly kind: "ok"; readonly question: CheckedQuestion } | QuestionProblem;

/** Carries a problem to {@link checkQuestion}, so that each part can be read as a value. */
class Stop extends Error {
  readonly problem: QuestionProblem;

  constructor(problem: FilterProblem, part: string) {
    super(problem.message);
    this.problem = { ...problem, part };
  }
}

/** Checks a question against the fields that exist. The first thing that is wrong is the answer. */
export function checkQuestion(question: Question, environments: Environments): QuestionCheck {
  try {
    return { kind: "ok", question: checked(question, environments[question.record]) };
  } catch (error) {
    if (error instanceof Stop) return error.problem;
    throw error;
  }
}

function checked(question: Question, environment: FilterEnvironment): CheckedQuestion {
  const { record, capture, others = false } = question;
  if (capture !== undefined && capture !== "" && !QUERY_RECORDS[record].isOfCapture)
    throw new Stop(problem(`a ${record} belongs to no capture: applications reported it`, 0), "capture");
  const filter = filterOf(question.filter, environment);
  const times = timesOf(question);
  const groups = fieldsOf(question.groupBy ?? [], "groupBy", QUESTION_LIMITS.groups, record, environment);
  const fields = fieldsOf(question.fields ?? [], "fields", QUESTION_LIMITS.fields, record, environment);
  const bucketNs = bucketOf(question.bucket);
  if (fields.length > 0) assertAlone(question);
  const measures = fields.length > 0 ? [] : measuresOf(question.measures ?? [], record, environment);
  const hasSeries = bucketNs !== undefined && groups.length > 0;
  const core = {
    record,
    groups,
    fields,
    measures,
    others,
    limit: question.limit ?? (hasSeries ? DEFAULT_SERIES : DEFAULT_ROWS),
    ...times,
    ...(filter === undefined ? {} : { filter }),
    ...(capture === undefined || capture === "" ? {} : { capture }),
    ...(bucketNs === undefined ? {} : { bucketNs }),
  };
  const order = orderOf(question.order, columnNames(core));
  return { ...core, ...(order === undefined ? {} : { order }) };
}

function filterOf(text: string | undefined, environment: FilterEnvironment): Filter | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const check = checkFilter(text, environment);
  if (isProblem(check)) throw new Stop(check, "filter");
  return check.filter;
}

function timesOf({ from, to, compare }: Question): Pick<CheckedQuestion, "fromNs" | "toNs" | "compareNs"> {
  const fromNs = momentOf(from, "from");
  const toNs = momentOf(to, "to");
  if (fromNs !== undefined && toNs !== undefined && toNs <= fromNs)
    throw new Stop(problem("the period ends before it begins", 0), "to");
  const times = { ...(fromNs === undefined ? {} : { fromNs }), ...(toNs === undefined ? {} : { toNs }) };
  if (compare === undefined) return times;
  if (fromNs === undefined || toNs === undefined)
    throw new Stop(problem("comparing needs a period: give from and to", 0), "compare");
  const lengthNs = toNs - fromNs;
  const shift = compare === "previous" ? lengthNs : durationOf(compare, "compare");
  if (shift < lengthNs)
    throw new Stop(problem("the earlier period would overlap this one: look further back", 0, "previous"), "compare");
  return { ...times, compareNs: shift };
}

function momentOf(text: string | undefined, part: string): bigint | undefined {
  if (text === undefined) return undefined;
  const value = parseUnixNs(text);
  if (value === undefined) throw new Stop(problem("a moment is a text in UTC such as 2026-07-30T12:00:00Z", 0), part);
  return value;
}

function durationOf(text: string, part: string): bigint {
  const value = parseDurationNs(text);
  if (value === undefined || value === 0)
    throw new Stop(problem("a duration is a text such as 250ms, 10s, 1h30m", 0, "10s"), part);
  return BigInt(value);
}

function bucketOf(text: string | undefined): number | "auto" | undefined {
  if (text === undefined || text === "auto") return text;
  return Number(durationOf(text, "bucket"));
}

function fieldsOf(
  names: readonly string[],
  part: string,
  most: number,
  record: RecordWord,
  environment: FilterEnvironment,
): FieldReference[] {
  if (names.length > most) throw new Stop(problem(`${part} may name ${most} fields at most`, 0), part);
  return names.map((name, index) => {
    const at = `${part}.${index}`;
    const ast = parseCel(name);
    const field = isProblem(ast) ? ast : fieldOf(ast, environment);
    if (isProblem(field)) throw new Stop(field, at);
    if (part === "groupBy" && (field.type === "string[]" || field.type === "int[]"))
      throw new Stop(problem(`${field.name} is a list, which is no group`, 0), at);
    assertReachable(field, record, at);
    return field;
  });
}

/** A call has one connection; a connection has many calls, so that a value of "its call" is none. */
function assertReachable(field: FieldReference, record: RecordWord, part: string): void {
  if (record === "connection" && field.record === "call")
    throw new Stop(problem(`${field.name} is of calls, and connections have many: ask with record call`, 0), part);
}

function measuresOf(texts: readonly string[], record: RecordWord, environment: FilterEnvironment): Measure[] {
  if (texts.length > QUESTION_LIMITS.measures)
    throw new Stop(problem(`a question has ${QUESTION_LIMITS.measures} measures at most`, 0), "measures");
  const seen = new Set<string>();
  return (texts.length === 0 ? ["count()"] : texts).flatMap((text, index) => {
    const measure = checkMeasure(text, environment);
    if (isProblem(measure)) throw new Stop(measure, `measures.${index}`);
    if ("field" in measure && measure.field !== undefined) assertReachable(measure.field, record, `measures.${index}`);
    if (seen.has(measure.text)) return [];
    seen.add(measure.text);
    return [measure];
  });
}

function assertAlone({ groupBy, measures, bucket, compare, others }: Question): void {
  const wrong = { groupBy: groupBy?.length, measures: measures?.length, bucket, compare, others };
  for (const [part, value] of Object.entries(wrong))
    if (value) throw new Stop(problem(`fields list rows as they are: ${part} cannot stand beside them`, 0), part);
}

function orderOf(text: string | undefined, names: readonly string[]): CheckedQuestion["order"] {
  if (text === undefined || text === "") return undefined;
  const descending = text.startsWith("-");
  const column = descending ? text.slice(1) : text;
  if (names.includes(column)) return { column, descending };
  const meant = nearest(column, names);
  throw new Stop(problem(`the answer has no column ${column}: it has ${names.join(", ")}`, 0, meant), "order");
}

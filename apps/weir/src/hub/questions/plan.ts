import { formatUnixNs, WeirError } from "@weir/base";
import type { AnswerHead } from "@weir/http-contract";
import {
  answerColumns,
  askedRange,
  bucketCount,
  bucketWidthNs,
  type CheckedQuestion,
  type Overview,
  QUESTION_LIMITS,
  questionSql,
  type Statement,
  type TimeRange,
} from "@weir/query";

/** A question with everything that is known before it is computed. */
export interface QuestionPlan {
  readonly statement: Statement;
  readonly head: AnswerHead;
  /** Rows of the answer at most; the statement finds one more where there are more. */
  readonly rows: number;
}

/** Plans a question: which period it covers, how wide its buckets are, how far its records can be trusted. `mostRows`: what the answer's form allows. */
export function planQuestion(asked: CheckedQuestion, overview: Overview, mostRows: number): QuestionPlan {
  const question = overview.sampled > 0 ? { ...asked, isSampled: true } : asked;
  const range = rangeOf(question, overview);
  const widthNs = bucketWidthNs(question, range);
  if (widthNs !== undefined && bucketCount(range, widthNs) > QUESTION_LIMITS.buckets) {
    throw new WeirError(
      "LIMIT_REACHED",
      `the period has more than ${QUESTION_LIMITS.buckets} buckets of that width`,
      "Take wider buckets, or auto",
    );
  }
  const isCutByGroups = question.groups.length > 0 || question.fields.length > 0;
  const hasSeries = widthNs !== undefined || question.others;
  const rows = isCutByGroups && !hasSeries ? Math.min(question.limit, mostRows) : mostRows;
  return {
    statement: questionSql(question, range, mostRows),
    rows,
    head: {
      columns: answerColumns(question),
      records: overview.records,
      ...(overview.records === 0 && question.fromNs === undefined ? {} : { range: rangeText(range) }),
      ...(widthNs === undefined ? {} : { bucketNs: widthNs }),
      ...(question.compareNs === undefined ? {} : { before: rangeText(earlier(range, question.compareNs)) }),
      grade: gradeOf(overview),
      warnings: warningsOf(question, overview),
      limits: {
        seconds: QUESTION_LIMITS.seconds,
        memoryBytes: QUESTION_LIMITS.memoryBytes,
        resultBytes: QUESTION_LIMITS.resultBytes,
        rows: mostRows,
        groups: question.limit,
      },
    },
  };
}

/** The period: what the question says, and where it leaves an end open, where the records are. */
function rangeOf(question: CheckedQuestion, { records, firstNs, lastNs }: Overview): TimeRange {
  const asked = askedRange(question);
  if (asked !== undefined) return asked;
  const [first, last] = records === 0 ? [0n, 0n] : [BigInt(firstNs), BigInt(lastNs)];
  const fromNs = question.fromNs ?? first;
  const toNs = question.toNs ?? last + 1n;
  return { fromNs, toNs: toNs > fromNs ? toNs : fromNs + 1n };
}

function earlier({ fromNs, toNs }: TimeRange, shiftNs: bigint): TimeRange {
  return { fromNs: fromNs - shiftNs, toNs: toNs - shiftNs };
}

function rangeText({ fromNs, toNs }: TimeRange): { from: string; to: string } {
  return { from: formatUnixNs(fromNs), to: formatUnixNs(toNs) };
}

function gradeOf({ records, partial, unknown }: Overview): AnswerHead["grade"] {
  if (partial + unknown === 0) return "whole";
  return unknown === records ? "unknown" : "partial";
}

function warningsOf(question: CheckedQuestion, overview: Overview): AnswerHead["warnings"] {
  const { records, partial, unknown, reasons, captures, groups, sampled } = overview;
  const warnings: AnswerHead["warnings"] = [];
  if (partial + unknown > 0) {
    const message = `${partial + unknown} of ${records} records are not graded whole: ${reasons.join(", ")}`;
    warnings.push({ code: "graded", message });
  }
  if (sampled > 0 && question.fields.length === 0) {
    const message = `${sampled} of ${records} records stand for others that sampling left out: numbers are estimates, ± is half of their 95 % interval; min, max and uniq are of those that are there`;
    warnings.push({ code: "sampled", message });
  }
  if (captures > 1 && question.capture === undefined) {
    const message = `${captures} captures match: what several of them saw is counted once for each`;
    warnings.push({ code: "severalCaptures", message });
  }
  if (question.groups.length > 0 && groups > question.limit && !question.others) {
    const message = `there are about ${groups} groups; the first ${question.limit} are shown`;
    warnings.push({ code: "cutGroups", message });
  }
  return warnings;
}

import type { CheckedQuestion } from "./question.ts";
import { QUERY_RECORDS } from "./records.ts";
import { Source } from "./source.ts";
import type { Statement } from "./sql.ts";

/** What there is under a question, before anything is computed: how much, since when, and how far it can be trusted. */
export interface Overview {
  readonly records: number;
  /** Of those, graded partial and unknown. */
  readonly partial: number;
  readonly unknown: number;
  /** Why, the most frequent reasons first. */
  readonly reasons: readonly string[];
  readonly captures: number;
  /** Records that stand for more than themselves. */
  readonly sampled: number;
  /** Groups that the question makes of them, an estimate beyond some ten thousand. */
  readonly groups: number;
  /** First and last record, as decimal Unix nanoseconds. */
  readonly firstNs: string;
  readonly lastNs: string;
}

const MOST_REASONS = 5;
const TRUST = `countIf(grade = 'partial') AS partial, countIf(grade = 'unknown') AS unknown, topKArray(${MOST_REASONS})(grade_reasons) AS reasons, uniq(capture_id) AS captures`;
/** What applications reported is taken at their word. */
const NO_CAPTURE = "0 AS partial, 0 AS unknown, CAST([], 'Array(String)') AS reasons, 0 AS captures";

/** The statement that answers an {@link Overview}. */
export function overviewSql(question: CheckedQuestion): Statement {
  const source = new Source(question);
  const { fromNs, toNs, groups } = question;
  const periods =
    fromNs === undefined && toNs === undefined ? [] : [{ fromNs: fromNs ?? EARLIEST_NS, toNs: toNs ?? LATEST_NS }];
  const { isOfCapture, weighing } = QUERY_RECORDS[question.record];
  const keys = groups.map((field) => `toString(${source.value(field)})`);
  const query = [
    `SELECT count() AS records, ${isOfCapture ? TRUST : NO_CAPTURE}`,
    `${weighing === undefined ? "0" : `countIf(${weighing.weight} > 1)`} AS sampled`,
    `${keys.length === 0 ? "1" : `uniq(${keys.map((key) => `ifNull(${key}, '')`).join(", ")})`} AS groups`,
    `toString(toUnixTimestamp64Nano(min(${source.timeColumn}))) AS firstNs, toString(toUnixTimestamp64Nano(max(${source.timeColumn}))) AS lastNs`,
  ].join(", ");
  return { query: `${query} FROM ${source.from()} WHERE ${source.where(periods)}`, params: source.bindings.params };
}

/** Bounds of the store's times. */
const EARLIEST_NS = -2_208_988_800_000_000_000n;
const LATEST_NS = 9_223_372_036_000_000_000n;

import { QUESTION_SIZE } from "@weir/model";

/** Limits of one question. What they cost is the same whoever asks; an answer names them and says which it reached. */
export const QUESTION_LIMITS = {
  groups: QUESTION_SIZE.groups,
  measures: QUESTION_SIZE.measures,
  fields: QUESTION_SIZE.fields,
  /** Buckets of time. */
  buckets: 2_000,
  /** Rows of an answer that comes as one document. */
  rows: 10_000,
  /** Rows of an answer that is streamed. */
  streamedRows: QUESTION_SIZE.rows,
  /** Bytes of an answer, as the store writes it. */
  resultBytes: 64 * 2 ** 20,
  /** The same of an answer that is streamed. */
  streamedBytes: 2 ** 30,
  /** Time that the store may take. */
  seconds: 30,
  /** Memory that the store may take. */
  memoryBytes: 2 ** 30,
} as const;

/** Groups or rows where a question names no limit; of lines over time, fewer can be told apart. */
export const DEFAULT_ROWS = 100;
export const DEFAULT_SERIES = 10;
/** Buckets that `auto` aims at, at most. */
export const AUTO_BUCKETS = 80;

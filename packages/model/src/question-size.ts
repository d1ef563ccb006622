/** How large one question may be: its form says so, and its check. */
export const QUESTION_SIZE = {
  /** Fields to group by. */
  groups: 4,
  /** Measures of one question. */
  measures: 12,
  /** Fields of rows that are listed. */
  fields: 64,
  /** Rows of an answer that is streamed; the most that a limit can be. */
  rows: 1_000_000,
} as const;

import { QUESTION_SIZE, RECORD_WORDS } from "@weir/model";
import { z } from "zod";

/** Limits of the forms below; what a question may cost beyond its form is in the answer's `limits`. */
const text = z.string().max(4_096);
const moment = z.string().max(40);
const atMost = (count: number, what: string) => `a question may name ${count} ${what} here at most`;

/** One question about records. Names and conditions are those of filters (CEL); a problem says in which `part` it is. */
export const questionSchema = z
  .object({
    record: z.enum(RECORD_WORDS),
    filter: text.optional().describe("Which records, as in lists"),
    capture: text.optional().describe("One capture; all when absent"),
    from: moment.optional().describe("RFC 3339, included"),
    to: moment.optional().describe("RFC 3339, left out"),
    groupBy: z
      .array(text)
      .max(QUESTION_SIZE.groups, atMost(QUESTION_SIZE.groups, "fields"))
      .optional()
      .describe("Fields: server.service, http.statusCode"),
    bucket: z.string().max(40).optional().describe("Width of buckets of time: 10s, 1m; or auto"),
    measures: z
      .array(text)
      .max(QUESTION_SIZE.measures, atMost(QUESTION_SIZE.measures, "measures"))
      .optional()
      .describe(
        'count(), rate(), rate(F), ratio(CONDITION), sum(F), min(F), max(F), mean(F), p50(F) p95(F) p99(F), quantile(F, 0.95), uniq(F); a last argument narrows what counts: p95(call.durationNs, call.status == "ok"). Default: count()',
      ),
    fields: z
      .array(text)
      .max(QUESTION_SIZE.fields, atMost(QUESTION_SIZE.fields, "fields"))
      .optional()
      .describe("Rows as they are, with these fields, instead of groups"),
    order: text.optional().describe("A column of the answer, with - before it the largest first"),
    limit: z.number().int().min(1).max(QUESTION_SIZE.rows).optional().describe("Groups, series or rows at most"),
    others: z.boolean().optional().describe("True: what the limit leaves out is computed as one more group"),
    compare: z
      .string()
      .max(40)
      .optional()
      .describe("Adds the values of an earlier period: how much earlier (1h, 24h), or previous"),
  })
  .strict();

export const answerColumnSchema = z.object({
  name: z.string().describe("As it was asked for"),
  role: z.enum(["time", "group", "others", "measure", "before", "error", "field"]),
  type: z.string(),
  unit: z.string().optional(),
  of: z
    .string()
    .optional()
    .describe(
      "Of before: the measure that it is the earlier value of. Of error: the column that it is half the 95 % interval of",
    ),
  estimated: z
    .boolean()
    .optional()
    .describe("Quantiles, distinct values beyond some ten thousand, and all numbers of sampled records"),
});
export type AnswerColumn = z.infer<typeof answerColumnSchema>;

/** Half the 95 % interval of a value in a row of an answer; undefined where the value is exact, or nobody knows. */
export function errorOf(columns: readonly AnswerColumn[], row: readonly unknown[], name: string): number | undefined {
  const value = row[columns.findIndex(({ role, of }) => role === "error" && of === name)];
  return typeof value === "number" && value > 0 ? value : undefined;
}

const warningSchema = z.object({
  code: z.enum(["graded", "sampled", "severalCaptures", "cutGroups", "cutRows"]),
  message: z.string(),
});

/** All of an answer but its rows. */
export const answerHeadSchema = z.object({
  columns: z.array(answerColumnSchema),
  records: z.number().int().describe("Records that match, before grouping"),
  range: z.object({ from: z.string(), to: z.string() }).optional().describe("What it covers; absent without records"),
  bucketNs: z.number().optional(),
  before: z.object({ from: z.string(), to: z.string() }).optional().describe("The earlier period"),
  grade: z.enum(["whole", "partial", "unknown"]).describe("Whole where every record under it is"),
  warnings: z.array(warningSchema),
  limits: z
    .object({
      seconds: z.number(),
      memoryBytes: z.number(),
      resultBytes: z.number(),
      rows: z.number().int(),
      groups: z.number().int(),
    })
    .describe("What this question may cost"),
});
export type AnswerHead = z.infer<typeof answerHeadSchema>;

export const costSchema = z.object({
  rowsRead: z.number().int(),
  bytesRead: z.number().int(),
  elapsedMs: z.number(),
});

/** Rows with what they mean. Cells are in the columns' order, null where a value is absent. */
export const answerSchema = answerHeadSchema.extend({
  rows: z.array(z.array(z.unknown())),
  cost: costSchema,
});
export type Answer = z.infer<typeof answerSchema>;

/** Forms of files that an answer can have, and the content types that ask for them. */
export const ANSWER_FILES = {
  parquet: "application/vnd.apache.parquet",
  arrow: "application/vnd.apache.arrow.stream",
  csv: "text/csv",
} as const;

/** A statement in ClickHouse's SQL, run as a database user who may read records and nothing else. */
export const sqlSchema = z
  .object({
    query: z.string().min(1).max(20_000),
    limit: z.number().int().min(1).max(10_000).default(1_000).describe("Rows at most"),
  })
  .strict();

export const sqlAnswerSchema = z.object({
  columns: z.array(z.object({ name: z.string(), type: z.string().describe("ClickHouse type") })),
  rows: z.array(z.array(z.unknown())),
  truncated: z.boolean().describe("True where there were more rows, or more bytes, than an answer may have"),
  limits: z.object({ seconds: z.number(), memoryBytes: z.number(), resultBytes: z.number(), rows: z.number().int() }),
});
export type SqlAnswer = z.infer<typeof sqlAnswerSchema>;

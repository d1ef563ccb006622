import { RECORD_WORDS } from "@weir/model";
import { z } from "zod";
import { answerSchema, questionSchema, sqlAnswerSchema, sqlSchema } from "../questions.ts";
import { completionSchema, filterFieldSchema } from "../views.ts";
import type { Route } from "./route.ts";

/** Questions of all kinds, and help with asking them. */
export const questionsRoutes = {
  query: {
    method: "post",
    path: "/api/query",
    right: "read",
    summary:
      "Counts, sums, percentiles, rates and shares over records: grouped, over time, compared with an earlier period; or rows with chosen fields. As NDJSON (head, rows, end) for those who accept application/x-ndjson. Ends when the asker hangs up",
    requestJson: questionSchema,
    response: answerSchema,
    streamedAs: "application/x-ndjson",
    status: 200,
  },
  sql: {
    method: "post",
    path: "/api/sql",
    right: "administer",
    summary:
      "Runs a SELECT in ClickHouse's SQL, as a database user who reads records and nothing else. With the embedded store only. Ends when the asker hangs up",
    requestJson: sqlSchema,
    response: sqlAnswerSchema,
    status: 200,
  },
  completeFilter: {
    method: "get",
    path: "/api/filter/complete",
    summary: "What can be written at the cursor of a filter: names, operators, values by frequency",
    query: z.object({
      record: z.enum(RECORD_WORDS).default("call"),
      text: z.string().max(4_096).default(""),
      cursor: z.coerce.number().int().min(0).optional().describe("Characters before the cursor; the end when absent"),
      capture: z.string().optional(),
    }),
    response: completionSchema,
    status: 200,
  },
  filterFields: {
    method: "get",
    path: "/api/filter/fields",
    summary: "Fields that filters can name",
    query: z.object({ record: z.enum(RECORD_WORDS).default("call") }),
    response: z.object({ items: z.array(filterFieldSchema) }),
    status: 200,
  },
} as const satisfies Record<string, Route>;

import { WeirError } from "@weir/base";
import { ROUTES } from "@weir/http-contract";
import { filterFields } from "@weir/query";
import type { QueryRunner, SqlRunner } from "@weir/storage";
import type { AuditLog } from "../doors/audit-log.ts";
import { noteOf } from "../doors/handlers.ts";
import type { Handler } from "../handler.ts";
import { jsonBody } from "../json-body.ts";
import { answerOf } from "../problems.ts";
import { ENVIRONMENTS } from "../scope.ts";
import { type AnswerLine, answerQuestion, streamAnswer } from "./answer.ts";
import { acceptedFile, answerFile } from "./answer-file.ts";
import { completionOf } from "./complete.ts";

/** What nginx answers to nobody: the asker has hung up. */
const HUNG_UP = 499;

/** Serves questions and the completion of filters. A query ends in the store when its asker hangs up. */
export function questionHandlers(
  runner: QueryRunner,
  sql: SqlRunner | undefined,
  audit: AuditLog,
): Readonly<Record<"query" | "sql" | "completeFilter" | "filterFields", Handler>> {
  return {
    async query(context) {
      const { signal } = context.req.raw;
      const question = ROUTES.query.requestJson.parse(await jsonBody(context));
      return unlessHungUp(signal, async () => {
        const file = acceptedFile(context.req.header("accept"));
        if (file !== undefined) return answerFile(runner, question, file, signal);
        if (!context.req.header("accept")?.includes(ROUTES.query.streamedAs))
          return context.json(await answerQuestion(runner, question, signal));
        return ndjson(await streamAnswer(runner, question, signal));
      });
    },
    async sql(context, caller) {
      const { signal } = context.req.raw;
      const { query, limit } = ROUTES.sql.requestJson.parse(await jsonBody(context));
      if (sql === undefined)
        throw new WeirError("USAGE", "this hub's store has no user for SQL", "POST /api/query asks any store");
      const limits = { ...SQL_LIMITS, rows: limit };
      // What is read stands in the statement alone: payloads are among what it may read.
      await noteOf(audit, context, caller)("payloadsRead");
      return unlessHungUp(signal, async () => context.json({ ...(await sql.run(query, limits, signal)), limits }));
    },
    async completeFilter(context) {
      const query = ROUTES.completeFilter.query.parse(context.req.query());
      return context.json(await completionOf(runner, query, context.req.raw.signal));
    },
    async filterFields(context) {
      const { record } = ROUTES.filterFields.query.parse(context.req.query());
      return context.json({ items: filterFields(ENVIRONMENTS[record]) });
    },
  };
}

/** What one statement of somebody's own may cost. */
const SQL_LIMITS = { seconds: 30, memoryBytes: 256 * 2 ** 20, resultBytes: 16 * 2 ** 20 } as const;

async function unlessHungUp(signal: AbortSignal, work: () => Promise<Response>): Promise<Response> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return new Response(null, { status: HUNG_UP });
    throw error;
  }
}

/** Lines as they come; a failure in the middle is a line of its own. */
function ndjson(send: (write: (lines: readonly AnswerLine[]) => Promise<void>) => Promise<void>): Response {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const encoder = new TextEncoder();
  const write = (lines: readonly AnswerLine[]) =>
    writer.write(encoder.encode(lines.map((line) => `${JSON.stringify(line)}\n`).join("")));
  // Nobody is left to tell when writing itself fails.
  void send(write)
    .catch((error: unknown) => write([{ problem: answerOf(error).problem }]))
    .then(() => writer.close())
    .catch(() => undefined);
  return new Response(readable, { headers: { "content-type": ROUTES.query.streamedAs } });
}

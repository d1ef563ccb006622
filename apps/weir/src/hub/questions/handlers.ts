import { ROUTES } from "@weir/http-contract";
import { filterFields } from "@weir/query";
import type { QueryRunner } from "@weir/storage";
import type { Context } from "hono";
import { answerOf } from "../problems.ts";
import { ENVIRONMENTS } from "../scope.ts";
import { type AnswerLine, answerQuestion, streamAnswer } from "./answer.ts";
import { completionOf } from "./complete.ts";

/** What nginx answers to nobody: the asker has hung up. */
const HUNG_UP = 499;

type Handler = (context: Context) => Promise<Response>;

/** Serves questions and the completion of filters. A query ends in the store when its asker hangs up. */
export function questionHandlers(
  runner: QueryRunner,
): Readonly<Record<"query" | "completeFilter" | "filterFields", Handler>> {
  return {
    async query(context) {
      const { signal } = context.req.raw;
      const question = ROUTES.query.requestJson.parse(await bodyOf(context));
      try {
        if (!context.req.header("accept")?.includes(ROUTES.query.streamedAs))
          return context.json(await answerQuestion(runner, question, signal));
        return ndjson(await streamAnswer(runner, question, signal));
      } catch (error) {
        if (signal.aborted) return new Response(null, { status: HUNG_UP });
        throw error;
      }
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

/** The request's JSON; what is none fails the schema, in its words. */
async function bodyOf(context: Context): Promise<unknown> {
  return context.req.json().catch(() => undefined);
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

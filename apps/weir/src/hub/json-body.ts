import type { Context } from "hono";

/** The request's JSON; what is none fails the schema that it is held against, in its words. */
export async function jsonBody(context: Context): Promise<unknown> {
  return context.req.json().catch(() => undefined);
}

import type { Context } from "hono";

/** Answers one route. */
export type Handler = (context: Context) => Promise<Response>;

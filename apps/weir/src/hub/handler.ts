import type { Context } from "hono";
import type { Caller } from "./doors/rights.ts";

/** Answers one route. The caller has the right that the route asks for. */
export type Handler = (context: Context, caller: Caller) => Promise<Response>;

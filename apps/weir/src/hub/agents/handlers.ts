import { WeirError } from "@weir/base";
import { BATCH_TABLES, MAX_BATCH_BYTES, ROUTES, type RouteName } from "@weir/http-contract";
import { notFound } from "@weir/storage";
import type { Context } from "hono";
import type { Handler } from "../handler.ts";
import { jsonBody } from "../json-body.ts";
import type { Agents } from "./agents.ts";

/** Handlers of the routes that agents use, and of the list of them. */
export function agentHandlers(
  agents: Agents,
): Readonly<Record<Extract<RouteName, "listAgents" | "reportAgent" | "sendBatch">, Handler>> {
  return {
    async listAgents(context) {
      const items = agents.view(Date.now());
      return context.json({ items, total: items.length });
    },
    async reportAgent(context) {
      const nowMs = Date.now();
      const report = ROUTES.reportAgent.requestJson.parse(await jsonBody(context));
      agents.report(context.req.param("agentId") ?? "", report, nowMs);
      return context.json({ hubUnixMs: nowMs });
    },
    async sendBatch(context) {
      const { capture, token } = ROUTES.sendBatch.query.parse(context.req.query());
      const name = context.req.param("table") ?? "";
      const table = BATCH_TABLES.find((each) => each === name);
      if (table === undefined) throw notFound("table", name);
      await agents.take(table, capture, token, await bodyOf(context));
      return context.json({ taken: true });
    },
  };
}

async function bodyOf(context: Context): Promise<Uint8Array> {
  const announced = Number(context.req.header("content-length") ?? Number.NaN);
  if (!(announced <= MAX_BATCH_BYTES))
    throw new WeirError(
      "LIMIT_REACHED",
      `a batch of ${announced} bytes is too large`,
      `Send at most ${MAX_BATCH_BYTES} bytes at once, with their number in Content-Length`,
    );
  return new Uint8Array(await context.req.arrayBuffer());
}

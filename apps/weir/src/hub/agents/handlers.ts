import { WeirError, type WeirErrorCode } from "@weir/base";
import {
  agentProblemSchema,
  BATCH_TABLES,
  MAX_BATCH_BYTES,
  PCAPNG_TYPE,
  ROUTES,
  type RouteName,
} from "@weir/http-contract";
import { notFound } from "@weir/storage";
import type { Context } from "hono";
import type { HubCluster } from "../cluster/hub-cluster.ts";
import type { AuditLog } from "../doors/audit-log.ts";
import { noteOf } from "../doors/handlers.ts";
import type { Handler } from "../handler.ts";
import { jsonBody } from "../json-body.ts";
import type { Agents } from "./agents.ts";

const MS_PER_MINUTE = 60_000;
/** What makes nanoseconds of milliseconds as text. */
const NS_PER_MS_DIGITS = "000000";

type AgentRoute = "listAgents" | "reportAgent" | "sendBatch" | "answerAgentRequest" | "pinPackets" | "unpinPackets";

/** Handlers of the routes that agents use, of the list of them, and of what they are asked for. */
export function agentHandlers(
  agents: Agents,
  audit: AuditLog,
  cluster: Pick<HubCluster, "report"> | undefined,
): Readonly<Record<Extract<RouteName, AgentRoute>, Handler>> {
  return {
    async listAgents(context) {
      const items = agents.view(Date.now());
      return context.json({ items, total: items.length, ...(cluster && { kubernetes: cluster.report }) });
    },
    async reportAgent(context) {
      const nowMs = Date.now();
      const report = ROUTES.reportAgent.requestJson.parse(await jsonBody(context));
      const agentId = context.req.param("agentId") ?? "";
      agents.report(agentId, report, nowMs);
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
    async answerAgentRequest(context) {
      const agentId = context.req.param("agentId") ?? "";
      const requestId = context.req.param("requestId") ?? "";
      const { body } = context.req.raw;
      if (context.req.header("content-type") === PCAPNG_TYPE && body !== null)
        await agents.requests.takePackets(agentId, requestId, body as unknown as AsyncIterable<Uint8Array>);
      else agents.requests.takeWord(agentId, requestId, problemOf(await jsonBody(context)));
      return context.json({ taken: true });
    },
    async pinPackets(context, caller) {
      const { name, minutes } = ROUTES.pinPackets.query.parse(context.req.query());
      const toMs = Date.now();
      const fromMs = toMs - minutes * MS_PER_MINUTE;
      const window = { name, fromNs: `${fromMs}${NS_PER_MS_DIGITS}`, toNs: `${toMs}${NS_PER_MS_DIGITS}` };
      await agents.requests.ask(knownAgent(agents, context), { kind: "pin", ...window });
      await noteOf(audit, context, caller)("packetsPinned");
      return context.json({ done: true });
    },
    async unpinPackets(context, caller) {
      const name = context.req.param("name") ?? "";
      await agents.requests.ask(knownAgent(agents, context), { kind: "unpin", name });
      await noteOf(audit, context, caller)("packetsUnpinned");
      return context.json({ done: true });
    },
  };
}

function knownAgent(agents: Agents, context: Context): string {
  const agentId = context.req.param("agentId") ?? "";
  if (!agents.view(Date.now()).some((agent) => agent.agentId === agentId)) throw notFound("agent", agentId);
  return agentId;
}

/** Why an agent has not done what it was asked for; undefined where it has. */
function problemOf(word: unknown): WeirError | undefined {
  const { success, data } = agentProblemSchema.safeParse(word);
  return success ? new WeirError(data.code as WeirErrorCode, data.message, data.hint) : undefined;
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

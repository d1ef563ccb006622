import { ROUTES, type RouteName } from "@weir/http-contract";
import { callRecord, deliveryRecord, retryRecord } from "@weir/model";
import type { Scope, Store } from "@weir/storage";
import type { Context } from "hono";
import type { AuditLog } from "./doors/audit-log.ts";
import { noteOf } from "./doors/handlers.ts";
import { withoutPayloads } from "./doors/payload-fields.ts";
import type { Caller } from "./doors/rights.ts";
import type { Handler } from "./handler.ts";
import { oneOf } from "./one-of.ts";
import { scopeOf } from "./scope.ts";

const CALL_ORDER = {
  time: "started_at, call_id",
  duration: "duration_ns DESC NULLS LAST, call_id",
  status: "status IN ('serverError', 'timeout', 'aborted') DESC, status = 'clientError' DESC, started_at, call_id",
} as const;
const RETRY_ORDER = {
  time: "started_at, retry_id",
  duration: "duration_ns DESC, retry_id",
  attempts: "attempts DESC, retry_id",
} as const;
const DELIVERY_ORDER = {
  time: "started_at, delivery_id",
  queue: "queue_ns DESC, delivery_id",
} as const;

/** Handlers of calls, their attempts, and the messages that went from one to another. Who has no right to payloads gets calls without them. */
export function callHandlers(store: Store, audit: AuditLog) {
  /** Calls as the caller may read them; that payloads are read is written down. */
  const readableCalls = async (context: Context, caller: Caller, calls: readonly Record<string, unknown>[]) => {
    if (!caller.rights.has("readPayloads")) return calls.map((call) => withoutPayloads(callRecord, call));
    if (calls.length > 0) await noteOf(audit, context, caller)("payloadsRead");
    return calls;
  };

  return {
    async listCalls(context, caller) {
      const query = ROUTES.listCalls.query.parse(context.req.query());
      const { limit, offset, sort, connection } = query;
      const scope = scopeOf(query, "calls");
      const own = connection === undefined ? scope : withConnection(scope, connection);
      const { items, total } = await store.list(callRecord, { ...own, orderBy: CALL_ORDER[sort], limit, offset });
      return context.json({ items: await readableCalls(context, caller, items), total });
    },
    async getCall(context, caller) {
      const call = await oneOf(store, context, callRecord, "callId", "call_id");
      return context.json((await readableCalls(context, caller, [call]))[0]);
    },
    async listRetries(context) {
      const { capture, limit, offset, sort, call } = ROUTES.listRetries.query.parse(context.req.query());
      const condition = call === undefined ? undefined : { where: "has(call_ids, {call:String})", params: { call } };
      const scope = { captureId: capture, condition };
      return context.json(await store.list(retryRecord, { ...scope, orderBy: RETRY_ORDER[sort], limit, offset }));
    },
    async listDeliveries(context) {
      const { capture, limit, offset, sort, call } = ROUTES.listDeliveries.query.parse(context.req.query());
      const where = "publish_call_id = {call:String} OR consume_call_id = {call:String}";
      const scope = { captureId: capture, condition: call === undefined ? undefined : { where, params: { call } } };
      return context.json(await store.list(deliveryRecord, { ...scope, orderBy: DELIVERY_ORDER[sort], limit, offset }));
    },
  } as const satisfies Partial<Record<RouteName, Handler>>;
}

function withConnection(scope: Scope, connectionId: string): Scope {
  const where = [
    "connection_id = {connectionId:String}",
    ...(scope.condition === undefined ? [] : [`(${scope.condition.where})`]),
  ].join(" AND ");
  return { ...scope, condition: { where, params: { ...scope.condition?.params, connectionId } } };
}

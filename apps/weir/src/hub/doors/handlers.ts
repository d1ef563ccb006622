import { ROUTES, type RouteName, type SessionJson, signInSchema } from "@weir/http-contract";
import { type AuditAction, auditRecord } from "@weir/model";
import type { Store } from "@weir/storage";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { Handler } from "../handler.ts";
import { jsonBody } from "../json-body.ts";
import type { AuditLog } from "./audit-log.ts";
import { addressOf, type Doors, SESSION_COOKIE } from "./doors.ts";
import type { Caller } from "./rights.ts";
import { SESSION_MS } from "./sessions.ts";

const PATH = ROUTES.signIn.path;

/** Handlers of who asks: signing in and out, and the audit. */
export function doorHandlers(doors: Doors, audit: AuditLog, store: Store) {
  return {
    async whoAmI(context) {
      return context.json(sessionJson(await doors.knownCaller(context)));
    },
    async signIn(context) {
      const { token } = signInSchema.parse(await jsonBody(context));
      const caller = await doors.callerOfToken(addressOf(context), token);
      await audit.note({ caller: caller.name, address: addressOf(context), action: "signedIn", subject: PATH });
      setCookie(context, SESSION_COOKIE, doors.sessions.open(caller, Date.now()), {
        httpOnly: true,
        sameSite: "Strict",
        secure: doors.hasTls,
        path: "/",
        maxAge: Math.floor(SESSION_MS / 1000),
      });
      return context.json(sessionJson(caller));
    },
    async signOut(context) {
      const session = getCookie(context, SESSION_COOKIE);
      const caller = await doors.knownCaller(context);
      if (session !== undefined && caller !== undefined) {
        await audit.note({ caller: caller.name, address: addressOf(context), action: "signedOut", subject: PATH });
        doors.sessions.close(session);
      }
      deleteCookie(context, SESSION_COOKIE, { path: "/" });
      return context.json(sessionJson(undefined));
    },
    async listAudit(context) {
      const { limit, offset } = ROUTES.listAudit.query.parse(context.req.query());
      return context.json(await store.list(auditRecord, { orderBy: "at DESC, audit_id", limit, offset }));
    },
  } as const satisfies Partial<Record<RouteName, Handler>>;
}

function sessionJson(caller: Caller | undefined): SessionJson {
  return { ...(caller && { caller: caller.name }), rights: [...(caller?.rights ?? [])] };
}

/** Writes down that a caller read payloads, or changed something; to be awaited before the answer. */
export function noteOf(audit: AuditLog, context: Context, caller: Caller) {
  return (action: Exclude<AuditAction, "signedIn" | "signedOut" | "refused">) =>
    audit.note({
      caller: caller.name,
      address: addressOf(context),
      action,
      subject: `${context.req.method} ${context.req.path}`,
    });
}

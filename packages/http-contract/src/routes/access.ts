import { auditSchema } from "../records.ts";
import { sessionSchema } from "../session.ts";
import { listQuery, page } from "./query.ts";
import type { Route } from "./route.ts";

/** Who may ask, and who has. */
export const accessRoutes = {
  whoAmI: {
    method: "get",
    path: "/api/session",
    summary: "Who asks, and what they may do",
    right: "nothing",
    response: sessionSchema,
    status: 200,
  },
  signIn: {
    method: "post",
    path: "/api/session",
    summary: "Sign a browser in with a token; the answer sets a cookie that scripts cannot read",
    right: "nothing",
    requestBody: "application/json",
    response: sessionSchema,
    status: 200,
  },
  signOut: {
    method: "delete",
    path: "/api/session",
    summary: "Sign a browser out",
    right: "nothing",
    response: sessionSchema,
    status: 200,
  },
  listAudit: {
    method: "get",
    path: "/api/audit",
    summary: "Readings of payloads and changes, newest first",
    right: "administer",
    query: listQuery.pick({ limit: true, offset: true }),
    response: page(auditSchema),
    status: 200,
  },
} as const satisfies Record<string, Route>;

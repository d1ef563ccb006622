import type { Dissector } from "../contract.ts";
import { MAX_WAITING } from "./conversation.ts";
import { probeSide } from "./probe.ts";
import { postgresqlRecord } from "./record.ts";
import { PostgresqlSession } from "./session.ts";
import { KEPT_BYTES } from "./wire.ts";

/** PostgreSQL's frontend/backend protocol, version 3. */
export const postgresql: Dissector<(typeof postgresqlRecord)["id"]> = {
  id: postgresqlRecord.id,
  transports: ["tcp"],
  ports: [5432],
  specs: [
    "https://www.postgresql.org/docs/current/protocol.html",
    "https://www.postgresql.org/docs/current/errcodes-appendix.html",
  ],
  limits: { pendingCalls: MAX_WAITING, bufferedBytes: 2 * KEPT_BYTES, bodyBytes: 4_096 },
  probe(_direction, bytes) {
    const frontend = probeSide("frontend", bytes);
    if (frontend === "match") return "match";
    const backend = probeSide("backend", bytes);
    return backend === "noMatch" ? frontend : backend;
  },
  asks(bytes) {
    return probeSide("frontend", bytes) === "match" && probeSide("backend", bytes) !== "match";
  },
  open: (context) => new PostgresqlSession(context),
};

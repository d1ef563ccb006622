import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;

/** What SOCKS calls carry. */
export const socksRecord = {
  id: "socks",
  protocol: "socks",
  name: "SOCKS",
  fields: [
    field("version", "int", "4 (4A too) or 5", { otel: "weir.socks.version", ...few }),
    field("method", "string", "How the client proves who it is: none, username/password, gssapi", {
      otel: "weir.socks.method",
      ...few,
    }),
    field("initiator", "string", "server: who was called asks for the tunnel", { otel: "weir.call.initiator", ...few }),
    field("boundAddress", "string", "Address from which the server connects, or at which it waits", {
      otel: "weir.socks.bound_address",
      optional: true,
      sensitivity: "internal",
    }),
  ],
} as const satisfies ProtocolRecord;

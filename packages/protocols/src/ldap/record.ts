import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;

/** What LDAP calls carry. */
export const ldapRecord = {
  id: "ldap",
  protocol: "ldap",
  name: "LDAP",
  fields: [
    field("messageId", "int", "What pairs requests and responses", { otel: "weir.ldap.message_id" }),
    field("resultCode", "int", "Result code", { otel: "weir.ldap.result_code", ...few }),
    field("scope", "string", "How far a search reaches: baseObject, singleLevel, wholeSubtree", {
      otel: "weir.ldap.scope",
      ...few,
    }),
    field("filter", "string", "What a search looks for, values masked", {
      otel: "weir.ldap.filter",
      optional: true,
      sensitivity: "internal",
    }),
    field("entries", "int", "Entries that a search found", { otel: "weir.ldap.entries", optional: true }),
    field("references", "int", "Other servers that a search points to", {
      otel: "weir.ldap.references",
      optional: true,
    }),
    field("authentication", "string", "How a bind proves who asks: simple, or the mechanism of SASL", {
      otel: "weir.ldap.authentication",
      ...few,
    }),
    field("extension", "string", "What an extended operation does: StartTLS, WhoAmI …, or its object identifier", {
      otel: "weir.ldap.extension",
      ...few,
    }),
    field("initiator", "string", "server: sent unasked, a notice of disconnection", {
      otel: "weir.call.initiator",
      ...few,
    }),
  ],
} as const satisfies ProtocolRecord;

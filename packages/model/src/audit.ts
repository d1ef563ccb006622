import { field, type RecordDefinition, type RecordOf } from "./field.ts";

/** What is written down of callers. */
export const AUDIT_ACTIONS = [
  /** Headers, bodies or packets were handed out. */
  "payloadsRead",
  "captureAdded",
  /** An agent was told to keep the packets of a window of time, or no more. */
  "packetsPinned",
  "packetsUnpinned",
  /** What agents do was changed, or is otherwise for one edge for a while; a rule that ended by itself is written down under the hub's name. */
  "agentConfigChanged",
  "agentRuleAdded",
  "agentRuleEnded",
  "signedIn",
  "signedOut",
  /** The caller had no right to what it asked for. */
  "refused",
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

const fields = [
  field("auditId", "string", "Identity", { otel: "weir.audit.id" }),
  field("at", "time", "When"),
  field("caller", "string", "Who, as the access file or the identity provider names them", {
    otel: "enduser.id",
    sensitivity: "internal",
  }),
  field("address", "string", "Address of the other end of the connection", {
    otel: "network.peer.address",
    sensitivity: "internal",
  }),
  field("action", "string", "What was done", { values: AUDIT_ACTIONS, cardinality: "few", otel: "weir.audit.action" }),
  field("subject", "string", "To what: method and path, without the query", { sensitivity: "internal" }),
] as const;

/** One reading of payloads or one change, and who did it. Written before it is answered. */
export const auditRecord = {
  name: "audit",
  table: "audit",
  meaning: "One reading of payloads or one change, and who did it.",
  fields,
} as const satisfies RecordDefinition;

export type Audit = RecordOf<typeof fields>;

import { field, type RecordDefinition, type RecordOf } from "../field.ts";
import { GRADES } from "../grade.ts";
import { closeFields } from "./close.ts";
import { identityFields } from "./identity.ts";
import { kernelFields } from "./kernel.ts";
import { lossFields, windowFields } from "./loss.ts";
import { processFields } from "./process.ts";
import { handshakeFields, roundTripFields, turnFields } from "./timing.ts";
import { count } from "./units.ts";
import { verdictFields } from "./verdicts.ts";
import { networkFields, volumeFields } from "./volume.ts";
import { workloadFields } from "./workload.ts";

export { CLOSE_REASONS, type CloseReason, NOT_ESTABLISHED } from "./close.ts";
export { groupingField, MAP_GROUPINGS, type MapGrouping, unknownGroup } from "./groupings.ts";
export { DIRECTION_EVIDENCE, type DirectionEvidence } from "./identity.ts";
export {
  CONTAINER_UNKNOWN,
  type ContainerUnknown,
  PROCESS_SOURCES,
  PROCESS_UNKNOWN,
  type ProcessSource,
  type ProcessUnknown,
} from "./process.ts";
export { STALL_REASONS, type StallReason } from "./timing.ts";
export {
  FAILING_VERDICTS,
  type FailingVerdict,
  HANDSHAKE_VERDICTS,
  type HandshakeVerdict,
  SLOW_VERDICTS,
  type SlowVerdict,
} from "./verdicts.ts";

export { WORKLOAD_UNKNOWN, type WorkloadUnknown } from "./workload.ts";

/** What the layers above the flow layer add. */
const callFields = [
  field("calls", "int", "Calls on it", count),
  field("callErrors", "int", "Of those, failed: client error, server error, timeout or aborted", count),
  field("tlsServerName", "string", "Server name that the TLS client asked for", {
    optional: true,
    otel: "tls.client.server_name",
    sensitivity: "internal",
  }),
  field("grade", "string", "How far its numbers can be trusted", { values: GRADES, cardinality: "few" }),
  field("gradeReasons", "string[]", "Why not whole"),
] as const;

const fields = [
  ...identityFields,
  ...volumeFields,
  ...networkFields,
  ...handshakeFields,
  ...lossFields,
  ...windowFields,
  ...roundTripFields,
  ...turnFields,
  ...closeFields,
  ...verdictFields,
  ...callFields,
  ...processFields,
  ...kernelFields,
  ...workloadFields,
] as const;

/** Both directions of one transport conversation, with its health. */
export const connectionRecord = {
  name: "connection",
  table: "connections",
  meaning: "Both directions of one transport conversation, with its health.",
  fields,
} as const satisfies RecordDefinition;

export type Connection = RecordOf<typeof fields>;

/** The part of a {@link Connection} that the flow layer knows by itself: all but names, protocol and calls. */
export type ConnectionHealth = Omit<
  Connection,
  | "captureId"
  | "connectionId"
  | "protocol"
  | "clientService"
  | "serverService"
  | "startedAt"
  | "calls"
  | "callErrors"
  | "tlsServerName"
  | "grade"
>;

export { CATALOG } from "./catalog.ts";
export type {
  CallDraft,
  Dissector,
  ProbeVerdict,
  ProtocolRecord,
  Session,
  SessionContext,
  Violation,
} from "./contract.ts";
export { PROTOCOL_RECORDS, type ProtocolId } from "./records.ts";

export { type AnsweredAddress, answeredAddresses } from "./answered-addresses.ts";
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
export { ProbeMemory } from "./probe-memory.ts";
export { PROTOCOL_RECORDS, type ProtocolId } from "./records.ts";
export { type RecogniserContext, StreamRecogniser } from "./stream-recogniser.ts";

export { type AnsweredAddress, answeredAddresses } from "./answered-addresses.ts";
export type { CallDraft } from "./call-draft.ts";
export { CATALOG } from "./catalog.ts";
export { decompress } from "./common/compression/decompress.ts";
export { KeyLog } from "./common/tls/key-log.ts";
export { parseTraceparent, type TraceContext } from "./common/trace-context.ts";
export type {
  Dissector,
  PlainText,
  ProbeVerdict,
  ProtocolRecord,
  Session,
  SessionContext,
  TlsSecrets,
  Violation,
} from "./contract.ts";
export { decodeWith, type MessageDecoder } from "./grpc/protobuf/typed.ts";
export { httpApplicationsWith } from "./http-applications.ts";
export { ProbeMemory } from "./probe-memory.ts";
export type { RecogniserContext } from "./recogniser-context.ts";
export { PROTOCOL_RECORDS, type ProtocolId } from "./records.ts";
export { type RestingRecogniser, RestingRecognisers } from "./resting-recognisers.ts";
export { StreamRecogniser } from "./stream-recogniser.ts";
export { newSurroundings, type Surroundings } from "./surroundings.ts";
export { messageStart as syslogMessageStart, SYSLOG_FRAMES } from "./syslog/framing.ts";
export { parseSyslogMessage, type SyslogMessage } from "./syslog/message.ts";

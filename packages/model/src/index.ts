export { AUDIT_ACTIONS, type Audit, type AuditAction, auditRecord } from "./audit.ts";
export {
  ATTEMPT_EVIDENCE,
  type AttemptEvidence,
  CALL_STATUSES,
  type Call,
  type CallEnder,
  type CallStatus,
  callRecord,
} from "./call.ts";
export { type Capture, captureRecord } from "./capture.ts";
export {
  CLOSE_REASONS,
  type CloseReason,
  CONTAINER_UNKNOWN,
  type Connection,
  type ConnectionHealth,
  type ContainerUnknown,
  connectionRecord,
  DIRECTION_EVIDENCE,
  type DirectionEvidence,
  FAILING_VERDICTS,
  type FailingVerdict,
  groupingField,
  HANDSHAKE_VERDICTS,
  type HandshakeVerdict,
  MAP_GROUPINGS,
  type MapGrouping,
  NOT_ESTABLISHED,
  PROCESS_SOURCES,
  PROCESS_UNKNOWN,
  type ProcessSource,
  type ProcessUnknown,
  SLOW_VERDICTS,
  type SlowVerdict,
  STALL_REASONS,
  type StallReason,
  unknownGroup,
  WORKLOAD_UNKNOWN,
  type WorkloadUnknown,
} from "./connection/index.ts";
export { DELIVERY_EVIDENCE, type Delivery, type DeliveryEvidence, deliveryRecord } from "./delivery.ts";
export { EDGE_LABELS, EDGE_METRICS, type EdgeMetric } from "./edge-metrics.ts";
export {
  type Cardinality,
  columnName,
  type Field,
  type FieldType,
  field,
  type RecordDefinition,
  type RecordOf,
  type Sensitivity,
  snakeCase,
  type Unit,
} from "./field.ts";
export {
  type Evidence,
  type Finding,
  findingRecord,
  SEVERITIES,
  type Severity,
  type SpanReference,
  type TreeStep,
} from "./finding.ts";
export { FLOW_ELEMENTS, type FlowElements, INITIATOR_ELEMENT } from "./flow-elements.ts";
export { FLOW_FORMATS, type FlowFormat, type FlowRecord, flowRecord } from "./flow-record.ts";
export { GRADE_REASONS, GRADES, type Grade, type GradeReason, gradeOf } from "./grade.ts";
export { type IngestTable, ingestTable } from "./ingest-table.ts";
export {
  DISAGREEMENT_SUBJECTS,
  type DisagreementSubject,
  JOIN_CLASSES,
  JOIN_REASONS,
  type JoinClass,
  type JoinReason,
} from "./join.ts";
export { fromJsonRecord, type JsonRecord, jsonMembers, toJsonRecord } from "./json.ts";
export * from "./otel/index.ts";
export { CAPTURE_ATTRIBUTE, type ProfileSample, profileRecord, type Stack, stackRecord } from "./profile.ts";
export { QUESTION_SIZE } from "./question-size.ts";
export { RECORD_WORDS, RECORDS, type RecordWord } from "./records.ts";
export { type Backoff, type Retry, retryRecord } from "./retry.ts";
export { Direction, type EndReason } from "./stream.ts";
export { TRANSPORTS } from "./transport.ts";

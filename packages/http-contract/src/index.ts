export {
  type AgentOrders,
  type AgentReport,
  type AgentRequest,
  type AgentView,
  agentOrdersSchema,
  agentProblemSchema,
  agentReportAnswerSchema,
  BATCH_TABLES,
  BATCH_TYPE,
  type BatchTable,
  MAX_BATCH_BYTES,
  MAX_DROP_CAUSES,
  MAX_ORDERS_WAIT_MS,
  type ProfilesReport,
} from "./agents/agents.ts";
export { type ClusterChanges, type ClusterQuestion, clusterChangesSchema } from "./agents/cluster.ts";
export {
  type AgentConfig,
  type AgentSettings,
  agentConfigSchema,
  CONTROL_LIMITS,
  CONTROLLED_ABILITIES,
  type Control,
  type ControlRule,
  type ControlState,
  type ControlView,
  controlSchema,
  type Edge,
  type SignedControl,
  signedControlSchema,
} from "./agents/control.ts";
export type { KubernetesReport } from "./agents/kubernetes-report.ts";
export type { JoinSummaryJson } from "./join-summary.ts";
export { JOIN_CLASS_WORDS, JOIN_REASON_WORDS, misfitsOf } from "./join-words.ts";
export type { JoinedExchangeJson, JoinedRow, JoinedTrace } from "./joined-trace.ts";
export type { CallProfiles, Flame, FlameNodeJson, ProfileKindJson } from "./profiles.ts";
export { ANSWER_FILES, type Answer, type AnswerColumn, type AnswerHead, errorOf, type SqlAnswer } from "./questions.ts";
export type { ExportState, ReceiverCounts, ReceiverState, ReceiversView, SamplingView } from "./receivers.ts";
export {
  callSchema,
  captureSchema,
  connectionSchema,
  findingSchema,
  type Json,
  recordSchema,
} from "./records.ts";
export { RIGHTS, type Right } from "./right.ts";
export { ROUTES, type RouteName } from "./routes/index.ts";
export { PCAPNG_TYPE } from "./routes/query.ts";
export { type Route, rightOf } from "./routes/route.ts";
export { type SessionJson, signInSchema } from "./session.ts";
export type { LogRecord, Span, Trace, TraceSummary } from "./telemetry.ts";
export type { ConnectionVerdict, CountedOutcome } from "./verdicts.ts";
export {
  type Completion,
  type FilterField,
  type ImportState,
  type Ladder,
  type LadderPacket,
  type MapEdge,
  type MapService,
  type Problem,
  problemSchema,
  type ServiceMap,
} from "./views.ts";

export { AttemptGrouper } from "./attempts/grouper.ts";
export { type AnalysisConfig, DEFAULT_CONFIG, THRESHOLDS } from "./config.ts";
export type { Detector, DetectorDescription } from "./contract.ts";
export { DeliveryLinker } from "./deliveries/linker.ts";
export { type FailedConnect, FailedConnectsDetector } from "./detectors/failed-connects.ts";
export { createDetectors, createKernelDetectors, DETECTOR_DESCRIPTIONS } from "./detectors.ts";
export { edgeKeysOf, OTHER_CLIENTS } from "./edge-keys.ts";
export {
  childHints,
  groupedBy,
  JOIN_DESCRIPTIONS,
  type JoinedExchange,
  JoinSummary,
  joinTrace,
  judgeJoin,
  measuredClock,
  medianOf,
  type Span,
  type SpanKind,
  type TraceNode,
  traceRows,
  type WireAround,
} from "./join/index.ts";
export { type FlameNode, flameNodes } from "./profiles/flame.ts";
export { rankFindings } from "./rank.ts";
export { SearchLists } from "./search-lists/search-lists.ts";
export { type Threshold, type ThresholdUnit, thresholdUnit } from "./threshold.ts";
export {
  decideTraces,
  KEEP_REASONS,
  type KeepReason,
  type KeptTrace,
  NO_INTEREST,
  noteSpan,
  OperationBaseline,
  samplingThreshold,
  samplingWeight,
  type TraceInterest,
  traceRandomness,
  type WaitingTrace,
  withThreshold,
} from "./trace-sampling/index.ts";
export { TruncatedAnswers } from "./truncated-answers.ts";
export { type CountedOutcome, countedOutcomes, VerdictCounts } from "./verdicts/counts.ts";
export {
  ConnectionJudge,
  type ConnectionVerdict,
  type NamedOutcome,
  VERDICT_TREES,
  VERDICT_WORDS,
  type VerdictTreeName,
} from "./verdicts/judge.ts";
export { VERDICT_KINDS, type VerdictKind, type VerdictWords } from "./verdicts/words.ts";

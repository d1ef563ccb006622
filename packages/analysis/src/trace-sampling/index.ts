export { OperationBaseline } from "./baseline.ts";
export { decideTraces, KEEP_REASONS, type KeepReason, type KeptTrace, type WaitingTrace } from "./decide.ts";
export { NO_INTEREST, noteSpan, type TraceInterest } from "./interest.ts";
export { samplingThreshold, samplingWeight, traceRandomness, withThreshold } from "./threshold.ts";

export { type ConnectionAround, NOTHING_AROUND, type Watched, type WireAround } from "./around.ts";
export { childHints } from "./child-hints.ts";
export type { ClockOffset } from "./clock.ts";
export { DISAGREEMENT_SUBJECTS, type Disagreement } from "./disagreement.ts";
export { JOIN_CLASSES, JOIN_REASONS, type JoinClass, type JoinedExchange, type JoinReason } from "./exchange.ts";
export { joinTrace } from "./join-trace.ts";
export type { LatencySplit } from "./latency-split.ts";
export { isAsking, type Span, type SpanKind } from "./span.ts";
export { type TraceNode, traceRows } from "./trace-tree.ts";

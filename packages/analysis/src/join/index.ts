export type { WireAround } from "./around.ts";
export { childHints } from "./child-hints.ts";
export type { JoinedExchange } from "./exchange.ts";
export { joinTrace } from "./join-trace.ts";
export type { Span, SpanKind } from "./span.ts";
export { type TraceNode, traceRows } from "./trace-tree.ts";

import type { Call } from "@weir/model";
import type { WireAround } from "./around.ts";
import type { JoinedExchange } from "./exchange.ts";
import { endOfCall } from "./hop.ts";
import type { Span } from "./span.ts";

/** A call without a trace context, and without a span of its own, that went out from a server while it worked on a request: perhaps for that request. */
export interface ChildHint {
  readonly span: Span;
  readonly call: Call;
  /** One divided by the number of requests that the server worked on when the call began. Never more than that: order in time is no cause. */
  readonly probability: number;
}

/** Less likely than this, a hint is more noise than help. */
const MIN_PROBABILITY = 0.5;
/** Hints of one trace that are given at most. */
const MAX_HINTS = 1000;

/** Calls that carry no context and may be children of a trace's answering spans, by address and time alone, in the clock of one capture. */
export function childHints(exchanges: readonly JoinedExchange[], { calls }: WireAround): ChildHint[] {
  const hints: ChildHint[] = [];
  const hinted = new Set(exchanges.flatMap((exchange) => exchange.hints.map(({ call }) => call.callId)));
  for (const { serverSpan, hops } of exchanges) {
    const answered = hops.at(-1)?.atServer;
    if (serverSpan === undefined || answered === undefined) continue;
    for (const call of calls) {
      if (hints.length >= MAX_HINTS) return hints;
      if (call.traceId !== undefined || call.captureId !== answered.captureId || hinted.has(call.callId)) continue;
      if (call.clientAddress !== answered.serverAddress || !isActiveAt(answered, call.startedAt)) continue;
      const rivals = calls.filter((other) => isRival(other, answered) && isActiveAt(other, call.startedAt)).length;
      const probability = 1 / (rivals + 1);
      if (probability >= MIN_PROBABILITY) hints.push({ span: serverSpan, call, probability });
    }
  }
  return hints;
}

function isActiveAt(call: Call, time: bigint): boolean {
  return call.startedAt <= time && endOfCall(call) >= time;
}

/** Another request that the same server worked on, as the same capture saw it. */
function isRival(other: Call, answered: Call): boolean {
  return (
    other.callId !== answered.callId &&
    other.captureId === answered.captureId &&
    other.serverAddress === answered.serverAddress &&
    other.protocol !== "dns"
  );
}

import { parseUnixNs } from "@weir/base";
import type { CallJson } from "../../lib/api.ts";

/** A bar that can still be seen. */
const MIN_WIDTH = 0.004;

/** A call's bar on the trace's time line; both as shares of the whole. */
export interface TraceBar {
  readonly call: CallJson;
  readonly left: number;
  readonly width: number;
}

/** Puts the calls of a trace on one time line, earliest first; of those that began together the longest first. */
export function layoutTrace(calls: readonly CallJson[]): readonly TraceBar[] {
  const timed = calls.map((call) => ({ call, at: parseUnixNs(call.startedAt) ?? 0n }));
  const first = timed.reduce((least, { at }) => (at < least ? at : least), timed[0]?.at ?? 0n);
  const placed = timed.map(({ call, at }) => ({ call, fromNs: Number(at - first), durationNs: call.durationNs ?? 0 }));
  const wholeNs = Math.max(1, ...placed.map(({ fromNs, durationNs }) => fromNs + durationNs));
  placed.sort((a, b) => a.fromNs - b.fromNs || b.durationNs - a.durationNs);
  return placed.map(({ call, fromNs, durationNs }) => {
    const left = Math.min(1 - MIN_WIDTH, fromNs / wholeNs);
    return { call, left, width: Math.min(1 - left, Math.max(MIN_WIDTH, durationNs / wholeNs)) };
  });
}

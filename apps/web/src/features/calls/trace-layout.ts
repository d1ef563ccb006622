import type { CallJson } from "../../lib/api.ts";
import { placeOnLine } from "../../lib/time-line.ts";

/** A call's bar on the trace's time line; both as shares of the whole. */
export interface TraceBar {
  readonly call: CallJson;
  readonly left: number;
  readonly width: number;
}

/** Puts the calls of a trace on one time line, earliest first; of those that began together the longest first. */
export function layoutTrace(calls: readonly CallJson[]): readonly TraceBar[] {
  return [...placeOnLine(calls).placed]
    .sort((a, b) => a.fromNs - b.fromNs || (b.item.durationNs ?? 0) - (a.item.durationNs ?? 0))
    .map(({ item, left, width }) => ({ call: item, left, width }));
}

import { TcpFlag } from "@weir/wire";
import { payloadOf } from "./frame.ts";
import type { CapturedSighting } from "./record.ts";
import { endOf, isReliable, type SideName } from "./segment.ts";

/** A part of a side's stream: offsets of payload bytes, the end excluded. */
export type Span = readonly [from: number, to: number];

/** Which parts of the stream were captured, ascending and apart. */
export function capturedSpans(own: readonly CapturedSighting[]): Span[] {
  const spans: Span[] = [];
  const sorted = own
    .filter(({ segment }) => segment.payloadBytes > 0)
    .map(({ segment: { sequence, payloadBytes } }) => [sequence - 1, sequence - 1 + payloadBytes] as const)
    .sort(([a], [b]) => a - b);
  for (const [from, to] of sorted) {
    const last = spans.at(-1);
    if (last === undefined || from > last[1]) spans.push([from, to]);
    else spans[spans.length - 1] = [last[0], Math.max(last[1], to)];
  }
  return spans;
}

/**
 * The stream as it can be put together of what was captured: text with holes as `[3 missing]`, and `[end]` behind the FIN. A stream whose SYN was not
 * captured begins with its first captured payload; what comes later, but lies before, belongs to no stream.
 */
export function streamOf(own: readonly CapturedSighting[], side: SideName): string {
  const first = own.find(({ segment }) => isReliable(segment))?.segment;
  if (first === undefined) return "";
  let at = Math.max(0, first.sequence - 1);
  let stream = "";
  for (const [from, to] of capturedSpans(own)) {
    if (to <= at) continue;
    const start = Math.max(from, at);
    stream += missing(start - at) + new TextDecoder().decode(payloadOf(side, start, to - start));
    at = to;
  }
  const fin = own.find(({ segment }) => (segment.flags & TcpFlag.fin) !== 0)?.segment;
  return fin === undefined ? stream : `${stream}${missing(endOf(fin) - 2 - at)}[end]`;
}

function missing(bytes: number): string {
  return bytes > 0 ? `[${bytes} missing]` : "";
}

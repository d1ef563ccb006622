import { parseUnixNs } from "@weir/base";
import type { Span } from "@weir/http-contract";

/** A bar that can still be seen. */
const MIN_WIDTH = 0.002;

/** One line of a waterfall: a span with its place in the tree and on the time line; places are shares of the whole. */
export interface WaterfallRow {
  readonly span: Span;
  readonly depth: number;
  readonly children: number;
  readonly left: number;
  readonly width: number;
  /** It names a parent that is not in the trace: lost, not sampled, or not instrumented. */
  readonly isParentMissing: boolean;
}

export interface Waterfall {
  readonly rows: readonly WaterfallRow[];
  readonly durationNs: number;
}

interface Timed {
  readonly span: Span;
  readonly fromNs: number;
}

/** Puts spans below their parents, earliest first, and all of them on one time line. What is below a span of `closed` is left out. */
export function layoutWaterfall(spans: readonly Span[], closed: ReadonlySet<string>): Waterfall {
  const timed = onOneLine(spans);
  const known = new Set(spans.map(({ spanId }) => spanId));
  const childrenOf = new Map<string, Timed[]>();
  for (const one of timed) {
    const { parentSpanId, spanId } = one.span;
    const parent = parentSpanId !== undefined && parentSpanId !== spanId && known.has(parentSpanId) ? parentSpanId : "";
    const siblings = childrenOf.get(parent);
    if (siblings === undefined) childrenOf.set(parent, [one]);
    else siblings.push(one);
  }
  const durationNs = Math.max(1, ...timed.map(({ span, fromNs }) => fromNs + span.durationNs));
  const rows: WaterfallRow[] = [];
  const seen = new Set<Span>();
  const place = (list: readonly Timed[], depth: number) => {
    for (const { span, fromNs } of list) {
      if (seen.has(span)) continue;
      seen.add(span);
      const children = childrenOf.get(span.spanId) ?? [];
      const left = Math.min(1 - MIN_WIDTH, fromNs / durationNs);
      const width = Math.min(1 - left, Math.max(MIN_WIDTH, span.durationNs / durationNs));
      const isParentMissing = span.parentSpanId !== undefined && !known.has(span.parentSpanId);
      rows.push({ span, depth, children: children.length, left, width, isParentMissing });
      if (!closed.has(span.spanId)) place(children, depth + 1);
    }
  };
  place(childrenOf.get("") ?? [], 0);
  return { rows, durationNs };
}

function onOneLine(spans: readonly Span[]): Timed[] {
  const moments = spans.map((span) => ({ span, at: parseUnixNs(span.startedAt) ?? 0n }));
  const first = moments.reduce((least, { at }) => (at < least ? at : least), moments[0]?.at ?? 0n);
  return moments
    .map(({ span, at }) => ({ span, fromNs: Number(at - first) }))
    .sort((a, b) => a.fromNs - b.fromNs || b.span.durationNs - a.span.durationNs);
}

import type { ChildHint } from "./child-hints.ts";
import type { Hint, JoinedExchange } from "./exchange.ts";
import { groupedBy } from "./grouped-by.ts";
import type { WireHop } from "./hop.ts";
import type { Span } from "./span.ts";

/** One row of a joined trace: what an application said, what the wire carried, or a call that may belong here. */
export type TraceNode =
  | {
      readonly kind: "span";
      readonly span: Span;
      readonly exchange: JoinedExchange | undefined;
      readonly depth: number;
    }
  | { readonly kind: "hop"; readonly hop: WireHop; readonly exchange: JoinedExchange; readonly depth: number }
  | { readonly kind: "hint"; readonly hint: Hint; readonly depth: number };

/** Deeper nesting than this is no trace that people made. */
const MAX_DEPTH = 200;

/**
 * A trace as rows, each behind its parent: spans hang on spans, a hop of the wire on the span that sent it, the answering span on the last hop. A span whose
 * parent never came stands at the root. Every span is in one row, whatever its parents say of each other.
 */
export function traceRows(
  spans: readonly Span[],
  exchanges: readonly JoinedExchange[],
  hints: readonly ChildHint[] = [],
): TraceNode[] {
  const known = new Set(spans.map(({ spanId }) => spanId));
  const children = groupedBy(spans, ({ parentSpanId }) => (known.has(parentSpanId) ? parentSpanId : ""));
  const answers = new Set(exchanges.map(({ serverSpan, hops }) => (hops.length > 0 ? serverSpan : undefined)));
  const sent = groupedBy(exchanges, senderOf);
  const hinted = groupedBy(hints, ({ span }) => span);
  const rows: TraceNode[] = [];
  const drawn = new Set<Span>();

  const drawSpan = (span: Span, exchange: JoinedExchange | undefined, depth: number): void => {
    if (drawn.has(span) || depth > MAX_DEPTH) return;
    drawn.add(span);
    rows.push({ kind: "span", span, exchange, depth });
    const below = [
      ...(sent.get(span.spanId) ?? []).map((child) => ({
        at: startOf(child),
        draw: () => drawExchange(child, depth + 1),
      })),
      ...(children.get(span.spanId) ?? [])
        .filter((child) => !answers.has(child))
        .map((child) => ({ at: child.startedAt, draw: () => drawSpan(child, absenceOf(child, exchanges), depth + 1) })),
      ...[...(hinted.get(span) ?? []), ...(exchange?.clientSpan === span ? exchange.hints : [])].map((hint) => ({
        at: hint.call.startedAt,
        draw: () => rows.push({ kind: "hint", hint, depth: depth + 1 }),
      })),
    ];
    for (const { draw } of below.sort((a, b) => Number(a.at - b.at))) draw();
  };
  const drawExchange = (exchange: JoinedExchange, depth: number): void => {
    let inner = depth;
    for (const hop of exchange.hops) rows.push({ kind: "hop", hop, exchange, depth: inner++ });
    if (exchange.serverSpan !== undefined) drawSpan(exchange.serverSpan, exchange, inner);
  };

  for (const root of ordered(children.get("") ?? []))
    if (!answers.has(root)) drawSpan(root, absenceOf(root, exchanges), 0);
  for (const exchange of sent.get("") ?? []) drawExchange(exchange, 0);
  for (const exchange of exchanges)
    if (!known.has(senderOf(exchange)) && senderOf(exchange) !== "") drawExchange(exchange, 0);
  // What is left hangs on itself in a ring, or deeper than anything should.
  for (const span of spans) drawSpan(span, undefined, 0);
  return rows;
}

/** The span on whose behalf an exchange was sent, as the wire says; empty where it says nothing. */
function senderOf({ hops }: JoinedExchange): string {
  return hops[0]?.atClient.parentSpanId ?? "";
}

function startOf({ hops }: JoinedExchange): bigint {
  return hops[0]?.atClient.startedAt ?? 0n;
}

/** The exchange of a span that asks and has no packets. */
function absenceOf(span: Span, exchanges: readonly JoinedExchange[]): JoinedExchange | undefined {
  return exchanges.find(({ clientSpan, hops }) => clientSpan === span && hops.length === 0);
}

function ordered(spans: readonly Span[]): Span[] {
  return [...spans].sort((a, b) => Number(a.startedAt - b.startedAt));
}

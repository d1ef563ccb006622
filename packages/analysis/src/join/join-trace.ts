import type { Call } from "@weir/model";
import { NOTHING_AROUND, type WireAround } from "./around.ts";
import type { JoinedExchange } from "./exchange.ts";
import { groupedBy } from "./grouped-by.ts";
import { hopsOf } from "./hop.ts";
import { withMisplacedAnswers } from "./misplaced.ts";
import { isAnswering, isAsking, type Span } from "./span.ts";
import { whyNotOnWire } from "./span-only.ts";
import { exchangesOf } from "./wire-exchange.ts";

/** What is known of one trace. */
export interface TraceEvidence {
  readonly spans: readonly Span[];
  /** Calls that carry the trace's context on the wire, of every capture. */
  readonly calls: readonly Call[];
  /** What else the wire saw about that time; without it, what a span without packets means stays open. */
  readonly around?: WireAround;
}

/**
 * Joins what applications reported of one trace with what the wire carried of it. Exact by the context on the wire: its parent id is the id of the
 * span that asked, and the parent of the span that answered. Times and names only tell attempts of one span apart.
 */
export function joinTrace({ spans, calls, around = NOTHING_AROUND }: TraceEvidence): JoinedExchange[] {
  const hopsByParent = groupedBy(hopsOf(calls), ({ atClient }) => atClient.parentSpanId ?? "");
  const bySpanId = new Map(spans.map((span) => [span.spanId, span]));
  const answersByParent = groupedBy(spans.filter(isAnswering), ({ parentSpanId }) => parentSpanId);
  const exchanges: JoinedExchange[] = [];
  for (const [parentId, hops] of hopsByParent)
    exchanges.push(...exchangesOf(bySpanId.get(parentId), answersByParent.get(parentId) ?? [], hops));
  const own = addressesByService(exchanges);
  for (const span of spans)
    if (isAsking(span) && !hopsByParent.has(span.spanId))
      exchanges.push(absentExchange(span, answersByParent.get(span.spanId)?.[0], own, around));
  return withMisplacedAnswers(exchanges, spans.filter(isAnswering), around).sort(byStart);
}

/** Addresses that each service was seen at on the wire, by the spans that its exchanges are joined with. */
function addressesByService(exchanges: readonly JoinedExchange[]): ReadonlyMap<string, ReadonlySet<string>> {
  const addresses = new Map<string, Set<string>>();
  const add = (span: Span | undefined, address: string | undefined) => {
    if (span === undefined || address === undefined) return;
    const known = addresses.get(span.serviceName);
    if (known === undefined) addresses.set(span.serviceName, new Set([address]));
    else known.add(address);
  };
  for (const { clientSpan, serverSpan, hops } of exchanges) {
    add(clientSpan, hops[0]?.atClient.clientAddress);
    add(serverSpan, hops.at(-1)?.atServer.serverAddress);
  }
  return addresses;
}

const NO_ADDRESSES: ReadonlySet<string> = new Set();

/** A span that asks, and of which no packet carries the context. */
function absentExchange(
  clientSpan: Span,
  serverSpan: Span | undefined,
  own: ReadonlyMap<string, ReadonlySet<string>>,
  around: WireAround,
): JoinedExchange {
  const absence = whyNotOnWire(clientSpan, own.get(clientSpan.serviceName) ?? NO_ADDRESSES, around);
  return {
    class: "spanOnly",
    ...absence,
    clientSpan,
    serverSpan,
    hops: [],
    attempt: 1,
    attempts: 1,
    disagreements: [],
    split: undefined,
  };
}

function byStart(a: JoinedExchange, b: JoinedExchange): number {
  return Number(startOf(a) - startOf(b));
}

/** When an exchange began, by the span that asked, else by the wire, else by the span that answered. */
function startOf({ clientSpan, serverSpan, hops }: JoinedExchange): bigint {
  return clientSpan?.startedAt ?? hops[0]?.atClient.startedAt ?? serverSpan?.startedAt ?? 0n;
}

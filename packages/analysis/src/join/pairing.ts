import type { WireHop } from "./hop.ts";
import { endOfCall } from "./hop.ts";
import { answeredPeer, endOfSpan, type Span } from "./span.ts";

/** Answering spans by the hop whose request they answer. Each hop and each span is in one pair at most. */
export function pairServerSpans(spans: readonly Span[], hops: readonly WireHop[]): ReadonlyMap<WireHop, Span> {
  const pairs = new Map<WireHop, Span>();
  const ranked = spans
    .flatMap((span) => hops.map((hop) => ({ span, hop, score: scoreOf(span, hop) })))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score);
  const taken = new Set<Span>();
  for (const { span, hop } of ranked) {
    if (pairs.has(hop) || taken.has(span)) continue;
    pairs.set(hop, span);
    taken.add(span);
  }
  return pairs;
}

/** Points for what speaks for a span and a hop being one exchange. A port names the connection, so it outweighs all else. */
const PORT_POINTS = 8;
const NAME_POINTS = 4;
const TIME_POINTS = 2;
const PARENT_POINTS = 1;

function scoreOf(span: Span, { atServer }: WireHop): number {
  const { port } = answeredPeer(span);
  // A proxy in between has a port of its own: another port speaks against the hop only where the address is the hop's.
  if (port !== undefined && port !== atServer.clientPort && isItsAddress(span, atServer.clientAddress)) return 0;
  const overlaps = span.startedAt <= endOfCall(atServer) && endOfSpan(span) >= atServer.startedAt;
  return (
    (port === atServer.clientPort ? PORT_POINTS : 0) +
    (span.serviceName === atServer.serverService ? NAME_POINTS : 0) +
    (overlaps ? TIME_POINTS : 0) +
    PARENT_POINTS
  );
}

function isItsAddress(span: Span, address: string): boolean {
  const { host } = answeredPeer(span);
  return host === address || host === `::ffff:${address}`;
}

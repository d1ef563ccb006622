import type { WireAround } from "./around.ts";
import type { JoinedExchange } from "./exchange.ts";
import { endOfCall, hopsOf, type WireHop } from "./hop.ts";
import { answeredPeer, endOfSpan, type Span } from "./span.ts";
import { exchangeOf } from "./wire-exchange.ts";

/**
 * A server's span names the port that its request came from, and so the connection. Where the request on that connection in its time carries another
 * parent, the span hangs in the wrong place: it is put beside the request that it answers, and said to be stitched wrongly.
 */
export function withMisplacedAnswers(
  exchanges: readonly JoinedExchange[],
  answers: readonly Span[],
  { calls }: WireAround,
): JoinedExchange[] {
  const paired = new Set(exchanges.filter(({ hops }) => hops.length > 0).map(({ serverSpan }) => serverSpan));
  const result = [...exchanges];
  for (const serverSpan of answers) {
    if (paired.has(serverSpan)) continue;
    const index = result.findIndex(
      (exchange) => exchange.serverSpan === undefined && isAnsweredBy(exchange.hops.at(-1), serverSpan),
    );
    const stitched = { class: "stitchedWrongly", reason: "otherParent", serverSpan } as const;
    const unreported = result[index];
    if (unreported !== undefined) {
      result[index] = { ...unreported, ...stitched };
      continue;
    }
    const other = hopsOf(calls).find((hop) => isAnsweredBy(hop, serverSpan));
    if (other === undefined) continue;
    const exchange = exchangeOf(undefined, serverSpan, [other]);
    // A request without a context contradicts no parent: its client is not instrumented, or writes the context in a form that is not known.
    result.push(other.atServer.traceId === undefined ? exchange : { ...exchange, ...stitched });
  }
  return result;
}

/** True where the span names the hop's connection as where its request came from, and was inside the hop's time. */
function isAnsweredBy(hop: WireHop | undefined, span: Span): boolean {
  if (hop === undefined) return false;
  const { host, port } = answeredPeer(span);
  const { atServer } = hop;
  const isSameEnd =
    port === atServer.clientPort && (host === atServer.clientAddress || host === `::ffff:${atServer.clientAddress}`);
  return isSameEnd && atServer.startedAt <= endOfSpan(span) && endOfCall(atServer) >= span.startedAt;
}

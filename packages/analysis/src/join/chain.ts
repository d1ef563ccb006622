import { NS_PER_S } from "@weir/base";
import type { Call } from "@weir/model";
import { endOfCall, type WireHop } from "./hop.ts";

/** Clocks of hosts that take part in a trace may be apart by so much and still be believed to order its calls. */
const CLOCK_SLACK_NS = BigInt(NS_PER_S);

/**
 * Hops with the same parent span, put into chains: what forwards a request without making a span of its own (a proxy, a service that is not
 * instrumented) passes the context on as it came, so that the same parent is seen on the next hop, inside the time of the one before.
 * One chain for each attempt, in the order in which they began.
 */
export function chainsOf(hops: readonly WireHop[]): WireHop[][] {
  const followed = new Map<WireHop, WireHop>();
  const following = new Set<WireHop>();
  for (const hop of hops) {
    const before = hops.findLast((other) => other !== hop && !followed.has(other) && isInside(hop, other));
    if (before === undefined) continue;
    followed.set(before, hop);
    following.add(hop);
  }
  return hops
    .filter((hop) => !following.has(hop))
    .map((first) => {
      const chain = [first];
      for (let next = followed.get(first); next !== undefined; next = followed.get(next)) chain.push(next);
      return chain;
    });
}

/** Whether `inner` was sent by who was asked in `outer`, while that waited for its answer. */
function isInside(inner: WireHop, outer: WireHop): boolean {
  if (inner.atClient.clientAddress !== outer.atServer.serverAddress) return false;
  for (const seenInside of inner.views) {
    const sameClock = outer.views.find(({ captureId }) => captureId === seenInside.captureId);
    if (sameClock !== undefined) return liesIn(seenInside, sameClock, 0n);
  }
  return liesIn(inner.atClient, outer.atServer, CLOCK_SLACK_NS);
}

function liesIn(inner: Call, outer: Call, slackNs: bigint): boolean {
  return inner.startedAt >= outer.startedAt - slackNs && endOfCall(inner) <= endOfCall(outer) + slackNs;
}

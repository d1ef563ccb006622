import { formatCount } from "@weir/base";
import type { JoinClass, JoinReason } from "@weir/model";
import type { JoinSummaryJson } from "./join-summary.ts";

/** What each class is called in a summary: `3 matched`. */
export const JOIN_CLASS_WORDS: Readonly<Record<JoinClass, string>> = {
  matched: "matched",
  wireOnly: "on the wire only",
  spanOnly: "without packets",
  disagree: "contradicting the packets",
  stitchedWrongly: "with a wrong parent",
};

/** Why an exchange is of its class, in one line. */
export const JOIN_REASON_WORDS: Readonly<Record<Exclude<JoinReason, "">, string>> = {
  noContext: "no trace context on the wire: its client is not instrumented",
  notSampled: "its trace is not recorded",
  noSpans: "neither end reported a span",
  sameHost: "stayed on its host",
  inProcess: "names nobody that it could have asked over a network",
  failedHandshake: "its connection was not established",
  failedNameLookup: "the server's name was not resolved",
  encrypted: "went out encrypted: no context to be seen",
  contextNotSent: "sent without its context: the call below is a guess by time and place",
  neverSent: "nothing was sent: answered from a cache, or not asked at all",
  notWatched: "no capture watched its host",
  contextForwarded: "its caller made a span of its own and passed the old context on",
  otherParent: "the request that it answers carries another parent",
};

/** What does not fit on an edge, a line each. */
export function misfitsOf(edge: JoinSummaryJson["edges"][number]): string[] {
  const { reasons, contradictions, withoutClientSpan, withoutServerSpan } = edge;
  return [
    ...contradictions.map(({ subject, exchanges }) => `${formatCount(exchanges)} contradict the packets: ${subject}`),
    ...reasons.flatMap(({ reason, exchanges }) =>
      reason === "" ? [] : [`${formatCount(exchanges)}: ${JOIN_REASON_WORDS[reason]}`],
    ),
    ...(withoutClientSpan === 0 ? [] : [`${formatCount(withoutClientSpan)} without a span of the client`]),
    ...(withoutServerSpan === 0 ? [] : [`${formatCount(withoutServerSpan)} without a span of the server`]),
  ];
}

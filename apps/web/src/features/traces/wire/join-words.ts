import type { JoinedExchangeJson } from "@weir/http-contract";
import type { JoinClass, JoinReason } from "@weir/model";

/** What each class is called in a summary: `3 matched`. */
export const CLASS_WORDS: Readonly<Record<JoinClass, string>> = {
  matched: "matched",
  wireOnly: "on the wire only",
  spanOnly: "without packets",
  disagree: "contradicting the packets",
  stitchedWrongly: "with a wrong parent",
};

/** Why an exchange is of its class, in one line. */
export const REASON_WORDS: Readonly<Record<Exclude<JoinReason, "">, string>> = {
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

/** A few words on an exchange, for its row; empty where there is nothing to say. */
export function exchangeNote(exchange: JoinedExchangeJson): string {
  const { class: kind, reason, disagreements, attempt, attempts } = exchange;
  const parts = [
    attempts > 1 ? `attempt ${attempt} of ${attempts}` : "",
    reason === "" ? "" : REASON_WORDS[reason],
    kind === "disagree" ? disagreements.map(disagreementText).join("; ") : "",
  ];
  return parts.filter((part) => part !== "").join(" · ");
}

/** One contradiction: `outcome: the server says nothing wrong, the packets aborted`. */
export function disagreementText({ subject, end, span, wire }: JoinedExchangeJson["disagreements"][number]): string {
  const said = subject === "outcome" ? "nothing is wrong" : span;
  return `${subject}: the ${end}'s span says ${said}, the packets ${wire}`;
}

/** Classes that want a look. */
export function isTrouble({ class: kind, reason }: JoinedExchangeJson): boolean {
  return (
    kind === "disagree" || kind === "stitchedWrongly" || reason === "failedHandshake" || reason === "failedNameLookup"
  );
}

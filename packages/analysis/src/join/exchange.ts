import type { Disagreement } from "./disagreement.ts";
import type { WireHop } from "./hop.ts";
import type { LatencySplit } from "./latency-split.ts";
import type { Span } from "./span.ts";

/** How what applications reported of an exchange fits what the wire carried. */
export const JOIN_CLASSES = [
  /** Spans and packets tell the same. */
  "matched",
  /** Packets without a span of either end. */
  "wireOnly",
  /** A span that asks, without packets. */
  "spanOnly",
  /** Both are there and contradict each other. */
  "disagree",
  /** The span's parent is not who sent the request. */
  "stitchedWrongly",
] as const;
export type JoinClass = (typeof JOIN_CLASSES)[number];

/** Why an exchange is of its class; empty where the class says it all. */
export const JOIN_REASONS = [
  "",
  /** wireOnly: the request carries no trace context: its client is not instrumented. */
  "noContext",
  /** wireOnly: the context says that the trace is not recorded. */
  "notSampled",
  /** wireOnly: there is a context, and no span of either end has come. */
  "noSpans",
  /** spanOnly: it stayed on its host, by the address that it names. */
  "sameHost",
  /** spanOnly: it names nobody that it could have asked over a network. */
  "inProcess",
  /** spanOnly: a connection was tried, and was not established. */
  "failedHandshake",
  /** spanOnly: the name was asked for, and was not resolved. */
  "failedNameLookup",
  /** spanOnly: it has a connection to that server whose content is encrypted. */
  "encrypted",
  /** spanOnly: calls without a trace context went to that server in its time; which one is its own is a guess. */
  "contextNotSent",
  /** spanOnly: its host was watched and sent nothing to that server: answered from a cache, or never sent. */
  "neverSent",
  /** spanOnly: no capture watched its host in its time. */
  "notWatched",
  /** stitchedWrongly: who stands between passed the context on and made a span of its own beside it. */
  "contextForwarded",
  /** stitchedWrongly: the request on the server span's connection carries another parent. */
  "otherParent",
] as const;
export type JoinReason = (typeof JOIN_REASONS)[number];

/** A call that may belong to a span, by time and place only. */
export interface Hint {
  readonly callId: string;
  /** One divided by the number of those that it could as well be. */
  readonly probability: number;
}

/** One exchange with all that is known of it: spans of both ends, and the hops between them. */
export interface JoinedExchange {
  readonly class: JoinClass;
  readonly reason: JoinReason;
  readonly clientSpan: Span | undefined;
  readonly serverSpan: Span | undefined;
  /** From the client to the server; more than one where something that made no span stands between. */
  readonly hops: readonly WireHop[];
  /** Number among the attempts that the client's span made, from 1. */
  readonly attempt: number;
  readonly attempts: number;
  readonly disagreements: readonly Disagreement[];
  /** Where the time went; absent where there is no answered hop or no client span. */
  readonly split: LatencySplit | undefined;
  /** Of spanOnly: connections that show why. */
  readonly connectionIds: readonly string[];
  readonly hints: readonly Hint[];
}

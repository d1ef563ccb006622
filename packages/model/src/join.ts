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

/** In what a span and the wire contradict each other. */
export const DISAGREEMENT_SUBJECTS = ["status", "outcome", "method", "peer", "duration"] as const;
export type DisagreementSubject = (typeof DISAGREEMENT_SUBJECTS)[number];

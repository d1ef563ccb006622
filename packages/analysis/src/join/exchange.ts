import type { Call, JoinClass, JoinReason } from "@weir/model";
import type { Disagreement } from "./disagreement.ts";
import type { WireHop } from "./hop.ts";
import type { LatencySplit } from "./latency-split.ts";
import type { Span } from "./span.ts";

/** A call that may belong to a span, by time and place only. */
export interface Hint {
  readonly call: Call;
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

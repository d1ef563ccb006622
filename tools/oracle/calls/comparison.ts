import type { Call } from "@weir/model";

/** One thing that is said about one stream: by tshark at a frame, or by Weir in a call. Compared as text. */
export interface Said {
  /** `http.request.method`, as the facts files name it. */
  readonly fact: string;
  readonly value: string;
  /** `tcp 3`, `udp 0`: the stream in which it was said; absent where the facts do not tell. */
  readonly stream: string | undefined;
  readonly frame: number | undefined;
  /** Why the other side cannot say it, where the statement itself shows that: a message that is not whole, a packet quoted in an ICMP error. */
  readonly excuse?: string | undefined;
  /** True for what the other side may say once more, and need not. */
  readonly isRepeat?: boolean;
}

/** One event of a facts file: what tshark said of one protocol at one frame. Every field is a list: there may be several messages in a frame. */
export interface FactsEvent {
  readonly frame: number;
  readonly tcp_stream?: number;
  readonly udp_stream?: number;
  readonly [field: string]: unknown;
}

/**
 * How the calls of one protocol are held against tshark's facts: both sides are turned into lists of what they say, which are compared as
 * multisets, stream by stream.
 */
export interface CallComparison {
  /** Names under which the facts files keep this protocol's events. */
  readonly events: readonly string[];
  /** Words of `call.protocol` that are compared. */
  readonly protocols: readonly string[];
  /** What tshark says at a frame. Return only what Weir promises to know. */
  fromEvent(event: FactsEvent, name: string): readonly Omit<Said, "stream" | "frame">[];
  /** What Weir says in a call; `frame` is where tshark would say it: the last packet of the request or of the response. */
  fromCall(call: Call): readonly Omit<Said, "stream">[];
}

/** Values of a field of an event, as texts. */
export function valuesOf(event: FactsEvent, field: string): readonly string[] {
  const value = event[field];
  return Array.isArray(value) ? value.map(String) : [];
}

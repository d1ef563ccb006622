import type { Exchange } from "./exchanges.ts";
import type { Random } from "./random.ts";

/** Neighbouring addresses. */
export interface Hosts {
  readonly first: number;
  readonly count: number;
}

/** How a kind of client talks to a kind of server. Times are means, in µs. */
export interface Profile {
  readonly clients: Hosts;
  readonly servers: Hosts;
  readonly serverPort: number;
  /** `dns` is one query over UDP, all else is TCP. */
  readonly transport: "tcp" | "dns";
  readonly exchanges: readonly Exchange[];
  readonly exchangesPerConnection: { readonly least: number; readonly most: number };
  /** Largest payloads of a packet, one is drawn per connection: 1448 as on the wire, more as GRO joins them. */
  readonly segmentBytes: readonly number[];
  readonly rttUs: { readonly least: number; readonly most: number };
  readonly serverTimeUs: number;
  /** Between two exchanges, and before the connection is closed. */
  readonly thinkUs: number;
  /** Between the end of a connection and the next. */
  readonly pauseUs: number;
  /** `left-open`: nobody closes it. */
  readonly ending: "close" | "left-open";
  /** How many of a thousand connections … */
  readonly permille: Permille;
}

/** How many of a thousand connections are like this. */
export interface Permille {
  readonly ipv6: number;
  readonly vlan: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly reset: number;
  /** Lose one segment in a hundred. */
  readonly lossy: number;
  /** Have two segments swapped. */
  readonly reordered: number;
}

/** What becomes of one connection. */
export type Fate = "whole" | "refused" | "unanswered" | "reset";

export function drawFate({ refused, unanswered, reset }: Permille, random: Random): Fate {
  const drawn = random.below(1000);
  if (drawn < refused) return "refused";
  if (drawn < refused + unanswered) return "unanswered";
  return drawn < refused + unanswered + reset ? "reset" : "whole";
}

import type { Dissector, Opening } from "./contract.ts";
import type { RestingProbing } from "./probing.ts";

/** What stands for a recogniser while its connection rests: what is kept of the stream, where there is nothing else, or all that is known. */
export type RestingRecogniser = RestingProbing | RestingSession;

/** All that a recogniser knows. Many connections share one. */
export interface RestingSession {
  readonly dissector: Dissector | undefined;
  /** What the session left; absent where there is none. */
  readonly session: object | undefined;
  readonly opening: Opening | undefined;
  readonly probing: RestingProbing | undefined;
  readonly gaveUp: boolean;
}

/** Different ones that are remembered, of those that are alike for many connections. */
const MAX_KNOWN = 256;

/** Recognisers that rest: those that know the same are one object. */
export class RestingRecognisers {
  /** By what the session left, or the dissector where it left nothing. */
  readonly #known = new Map<object | undefined, RestingSession>();

  /** One that says the same, where there is one. */
  one(resting: RestingSession): RestingSession {
    const { session, dissector, opening, probing, gaveUp } = resting;
    if (opening !== undefined || probing !== undefined) return resting;
    const key = session ?? dissector;
    const known = this.#known.get(key);
    if (known?.dissector === dissector && known?.session === session && known?.gaveUp === gaveUp) return known;
    if (this.#known.size >= MAX_KNOWN) this.#known.clear();
    this.#known.set(key, resting);
    return resting;
  }
}

import type { RestingSession } from "./stream-recogniser.ts";

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

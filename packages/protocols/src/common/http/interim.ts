import type { Mark } from "@weir/base";
import { type HttpExchange, NO_ATTRIBUTES } from "./exchange.ts";

/** Codes that are kept of an endless row of interim responses. */
const MAX_CODES = 16;

/** The interim responses (RFC 9110 §15.2) that announced the answer under way. */
export class Interim {
  #count = 0;
  readonly #codes: number[] = [];
  #continueWaitNs: number | undefined;

  /** One more, whose end is `last`. The request's head ended at `headLast`: from there it waited for the first 100 (Continue), RFC 9110 §10.1.1. */
  add(statusCode: number, last: Mark, headLast: Mark | undefined): void {
    this.#count += 1;
    if (this.#codes.length < MAX_CODES) this.#codes.push(statusCode);
    if (statusCode === 100 && headLast !== undefined) this.#continueWaitNs ??= Math.max(0, last.atNs - headLast.atNs);
  }

  /** True where nothing was announced since the last answer. */
  get isEmpty(): boolean {
    return this.#count === 0;
  }

  /** Attributes of the call that is answered now; the next answer begins anew. */
  take(): HttpExchange["attributes"] {
    if (this.#count === 0) return NO_ATTRIBUTES;
    const attributes: Record<string, string> = {
      "weir.http.interim_responses": String(this.#count),
      "weir.http.interim_status_codes": this.#codes.join(","),
    };
    if (this.#continueWaitNs !== undefined) attributes["weir.http.continue_wait_ns"] = String(this.#continueWaitNs);
    this.#count = 0;
    this.#codes.length = 0;
    this.#continueWaitNs = undefined;
    return attributes;
  }
}

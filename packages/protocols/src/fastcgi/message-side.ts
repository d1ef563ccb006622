import type { Mark } from "@weir/base";
import { BodyCollector } from "../common/http/body-collector.ts";
import { type BodyObserver, type HttpApplication, type HttpPassage, observerOf } from "../common/http/exchange.ts";
import type { Header } from "../common/http/headers.ts";
import type { FastcgiRecord } from "./wire.ts";

/** Bodies that calls show. */
export const BODY_BYTES = 4096;

/** The records of one side of a request: when, how many bytes, and the body that they carry. */
export class MessageSide {
  readonly #first: Mark;
  #last: Mark;
  #bytes = 0;
  #body = new BodyCollector(BODY_BYTES);
  #observer: BodyObserver | undefined;
  hasGap = false;

  constructor(first: Mark) {
    this.#first = first;
    this.#last = first;
  }

  /** One more record, whatever it carries. */
  passed({ frame }: FastcgiRecord): void {
    this.#last = frame.last;
    this.#bytes += frame.length;
    this.hasGap ||= frame.hasGap;
  }

  /** The message's head is known: its body follows. */
  begin(headers: readonly Header[], applications: readonly HttpApplication[]): void {
    this.#body = new BodyCollector(BODY_BYTES, headers);
    this.#observer = observerOf(headers, applications);
  }

  /** A piece of the body of which `kept` is there, and `missingBytes` behind it are not. */
  add(kept: Uint8Array, missingBytes: number): void {
    this.#body.add(kept);
    this.#observer?.data(kept);
    if (missingBytes <= 0) return;
    this.#body.skip(missingBytes);
    this.#observer?.gap(missingBytes);
  }

  get passage(): HttpPassage {
    return {
      first: this.#first,
      last: this.#last,
      bytes: this.#bytes,
      body: this.#body,
      trailers: [],
      observer: this.#observer,
    };
  }
}

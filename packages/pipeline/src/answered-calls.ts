import type { Call } from "@weir/model";
import type { OpenCall } from "./call-record.ts";

/** Longest wait for the acknowledgement of a response: a host may delay it for half a second (RFC 9293 §3.8.6.3), the way takes the rest. */
const MAX_WAIT_NS = 1e9;
/** Calls that are held at once; beyond it the oldest is told without its acknowledgement. */
const MAX_HELD = 4096;

/** A call that is answered, and whose acknowledgement may still come. */
export interface AnsweredCall {
  readonly call: OpenCall;
  /** When its response was complete. */
  readonly answeredAtNs: number;
  /** True where nothing more will be known of it. */
  isSettled: boolean;
  /** True once it was told. What becomes known later is lost. */
  isReleased: boolean;
}

/**
 * Holds finished calls until the client has acknowledged their response, for a second at most, and tells them in the order in which they were finished:
 * one that waits holds up those behind it.
 */
export class AnsweredCalls {
  readonly #tell: (call: Call) => void;
  #held: AnsweredCall[] = [];
  /** Those before it were told. */
  #first = 0;
  #nowNs = Number.NEGATIVE_INFINITY;

  constructor(tell: (call: Call) => void) {
    this.#tell = tell;
  }

  add(answered: AnsweredCall): void {
    this.#held.push(answered);
    if (this.#held.length - this.#first > MAX_HELD) this.#release();
  }

  /** Time has come to `atNs`: tells what is settled, or has waited for too long. HOT PATH: asked for every packet. */
  advance(atNs: number): void {
    this.#nowNs = atNs;
    for (let next = this.#next; next !== undefined && this.#isDue(next); next = this.#next) this.#release();
  }

  get #next(): AnsweredCall | undefined {
    return this.#held[this.#first];
  }

  /** Tells all calls up to this one, settled or not. */
  releaseTo(last: AnsweredCall | undefined): void {
    while (last?.isReleased === false) this.#release();
  }

  /** Tells what is left. */
  finish(): void {
    while (this.#first < this.#held.length) this.#release();
  }

  /** A clock that ran backwards must not hold calls for ever. */
  #isDue({ isSettled, answeredAtNs }: AnsweredCall): boolean {
    return isSettled || Math.abs(this.#nowNs - answeredAtNs) > MAX_WAIT_NS;
  }

  #release(): void {
    const answered = this.#next;
    if (answered === undefined) return;
    this.#first += 1;
    answered.isReleased = true;
    this.#tell(answered.call);
    if (this.#first < MAX_HELD && this.#first < this.#held.length) return;
    this.#held = this.#held.slice(this.#first);
    this.#first = 0;
  }
}

import type { Call } from "@weir/model";
import type { OpenCall } from "./call-record.ts";

/** Longest wait for the acknowledgement of a response: a host may delay it for half a second (RFC 9293 §3.8.6.3), the way takes the rest. */
const MAX_WAIT_NS = 1e9;
/** Calls that wait at once; beyond it the oldest is told without its acknowledgement. */
const MAX_WAITING = 512;

/** A call that is answered, and whose acknowledgement may still come. */
export interface AnsweredCall {
  /** Undefined once it was told: what becomes known later is lost, and the record is not held any longer. */
  call: OpenCall | undefined;
  /** True where it failed, and may be tried again. */
  readonly hasFailed: boolean;
  /** When its response was complete. */
  readonly answeredAtNs: number;
  /** True where nothing more will be known of it. */
  isSettled: boolean;
}

/**
 * Holds finished calls until the client has acknowledged their response, for a second at most. One that failed is told before all that were finished
 * behind it: who groups attempts must know the failure first. Others are told as soon as nothing more will be known of them.
 */
export class AnsweredCalls {
  readonly #tell: (call: Call) => void;
  #waiting: AnsweredCall[] = [];
  /** Those before it were told. */
  #first = 0;
  /** Failed calls among those that wait: nothing overtakes them. */
  #failed = 0;

  constructor(tell: (call: Call) => void) {
    this.#tell = tell;
  }

  add(answered: AnsweredCall): void {
    if (answered.isSettled && this.#failed === 0) {
      this.#release(answered);
      return;
    }
    if (answered.hasFailed) this.#failed += 1;
    this.#waiting.push(answered);
    if (this.#waiting.length - this.#first > MAX_WAITING) this.#releaseFirst();
  }

  /** Nothing more will be known of a call that waits. */
  settle(answered: AnsweredCall): void {
    answered.isSettled = true;
    if (this.#failed === 0) this.#release(answered);
    this.#releaseSettled();
  }

  /** Time has come to `atNs`: tells what has waited for too long. HOT PATH: asked for every packet. */
  advance(atNs: number): void {
    // A clock that ran backwards must not hold calls for ever.
    for (let next = this.#next; next !== undefined; next = this.#next) {
      if (next.call !== undefined && Math.abs(atNs - next.answeredAtNs) <= MAX_WAIT_NS) return;
      this.#releaseFirst();
      this.#releaseSettled();
    }
  }

  /** Tells all calls up to this one, settled or not. */
  releaseTo(last: AnsweredCall | undefined): void {
    while (last?.call !== undefined && this.#next !== undefined) this.#releaseFirst();
  }

  /** Tells what is left. */
  finish(): void {
    while (this.#next !== undefined) this.#releaseFirst();
  }

  get #next(): AnsweredCall | undefined {
    return this.#waiting[this.#first];
  }

  /** Tells those at the front that are settled. */
  #releaseSettled(): void {
    for (let next = this.#next; next !== undefined && (next.isSettled || next.call === undefined); next = this.#next)
      this.#releaseFirst();
  }

  #releaseFirst(): void {
    const answered = this.#next;
    if (answered === undefined) return;
    this.#first += 1;
    const isLastFailed = answered.hasFailed && answered.call !== undefined && this.#failed === 1;
    if (answered.hasFailed && answered.call !== undefined) this.#failed -= 1;
    this.#release(answered);
    if (isLastFailed)
      for (let at = this.#first; at < this.#waiting.length; at += 1) this.#releaseIfSettled(this.#waiting[at]);
    if (this.#first < MAX_WAITING && this.#first < this.#waiting.length) return;
    this.#waiting = this.#waiting.slice(this.#first);
    this.#first = 0;
  }

  #releaseIfSettled(answered: AnsweredCall | undefined): void {
    if (answered?.isSettled === true) this.#release(answered);
  }

  #release(answered: AnsweredCall): void {
    const { call } = answered;
    answered.call = undefined;
    if (call !== undefined) this.#tell(call);
  }
}

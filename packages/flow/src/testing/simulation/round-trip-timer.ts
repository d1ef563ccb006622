import type { Agenda } from "./agenda.ts";

/** Linux' shortest retransmission timeout, and the one before there is a sample (RFC 6298 §2.1). */
const MIN_TIMEOUT_NS = 200e6;
const FIRST_TIMEOUT_NS = 1e9;
/** What is added to two round trips before the tail is asked for: Linux' values, but for a shorter delayed ACK, as the simulated hosts' is. */
const LONGEST_DELAYED_ACK_NS = 45e6;
const SHORTEST_PROBE_NS = 4e6;

/** A sender's estimate of its round trip and the timeout that follows from it (RFC 6298); nothing that was sent twice is timed (Karn). */
export class RoundTripTimer {
  readonly #agenda: Agenda;
  #timedEnd = -1;
  #sentAtNs = 0;
  #smoothNs = -1;
  #variationNs = 0;

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** A segment that ends here was sent for the first time. */
  sent(end: number): void {
    if (this.#timedEnd >= 0) return;
    this.#timedEnd = end;
    this.#sentAtNs = this.#agenda.nowNs;
  }

  /** Something was sent again: what is being timed cannot be told apart. */
  cancel(): void {
    this.#timedEnd = -1;
  }

  acknowledged(acknowledgment: number): void {
    if (this.#timedEnd < 0 || acknowledgment < this.#timedEnd) return;
    const sampleNs = this.#agenda.nowNs - this.#sentAtNs;
    this.#timedEnd = -1;
    if (this.#smoothNs < 0) {
      this.#smoothNs = sampleNs;
      this.#variationNs = sampleNs / 2;
      return;
    }
    this.#variationNs = 0.75 * this.#variationNs + 0.25 * Math.abs(this.#smoothNs - sampleNs);
    this.#smoothNs = 0.875 * this.#smoothNs + 0.125 * sampleNs;
  }

  /**
   * How long after what was sent last its loss is asked for (RFC 8985 §7.2): two round trips, and where one segment is alone, the time that its ACK may be
   * delayed. Before there is a sample never before the timeout.
   */
  tailProbeNs(segments: number): number {
    if (this.#smoothNs < 0) return Number.POSITIVE_INFINITY;
    return Math.round(2 * this.#smoothNs + (segments === 1 ? LONGEST_DELAYED_ACK_NS : SHORTEST_PROBE_NS));
  }

  /** The timeout after so many tries: doubled each time. */
  timeoutNs(tries: number): number {
    const onceNs =
      this.#smoothNs < 0 ? FIRST_TIMEOUT_NS : Math.max(MIN_TIMEOUT_NS, this.#smoothNs + 4 * this.#variationNs);
    return Math.round(onceNs * 2 ** tries);
  }
}

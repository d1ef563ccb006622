import type { Agenda } from "./agenda.ts";
import type { Segment } from "./segment.ts";

/** One host's timestamps option (RFC 7323 §4.3): a clock of milliseconds, and which of the other side's times is echoed. */
export class Timestamps {
  readonly #agenda: Agenda;
  #recent = 0;
  #lastAcknowledgment = 0;

  constructor(agenda: Agenda) {
    this.#agenda = agenda;
  }

  /** Of what came in, the time of the segment that the next acknowledgment answers is kept: not of one behind a hole. */
  arrived({ sequence, timestamps }: Segment): void {
    if (timestamps === undefined || timestamps.value < this.#recent || sequence > this.#lastAcknowledgment) return;
    this.#recent = timestamps.value;
  }

  /** What a segment that leaves now says. */
  forSegment(hasAck: boolean, acknowledgment: number): NonNullable<Segment["timestamps"]> {
    if (hasAck) this.#lastAcknowledgment = acknowledgment;
    return { value: 1_000 + Math.floor(this.#agenda.nowNs / 1e6), echo: hasAck ? this.#recent : 0 };
  }
}

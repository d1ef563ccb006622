import { distance } from "./sequence.ts";

/** Segments that are remembered; beyond it the oldest is forgotten, and stays a loss. */
const MAX_STARTS = 64;

/**
 * Where segments begin that were sent again and are taken for lost behind the vantage, until the other side says that such bytes came twice (RFC 2883):
 * then they were not lost, and the timer or the probe was too early.
 */
export class ResentStarts {
  readonly #starts: number[] = [];

  add(sequence: number): void {
    if (this.#starts.length >= MAX_STARTS) this.#starts.shift();
    this.#starts.push(sequence);
  }

  /** Takes out what begins within the bytes from `from` to `to`: of several with one start a single one. Returns how many those were. */
  takeWithin(from: number, to: number): number {
    const taken: number[] = [];
    for (let index = this.#starts.length - 1; index >= 0; index -= 1) {
      const start = this.#starts[index]!;
      if (distance(from, start) < 0 || distance(start, to) <= 0 || taken.includes(start)) continue;
      this.#starts.splice(index, 1);
      taken.push(start);
    }
    return taken.length;
  }
}

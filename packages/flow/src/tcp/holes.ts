import { distance } from "./sequence.ts";

/** Holes that are remembered per side; beyond it the oldest is given up, and what fills it later counts as seen before. */
const MAX_HOLES = 64;

/** Stretches of a side's sequence space that were jumped over and may still be filled: what fills them is new, however late it comes. */
export class Holes {
  readonly #from: number[] = [];
  readonly #to: number[] = [];

  /** Remembers that the bytes from `from` to `to` have not been seen. */
  add(from: number, to: number): void {
    if (this.#from.length >= MAX_HOLES) this.#remove(0);
    this.#from.push(from);
    this.#to.push(to);
  }

  /** Takes the bytes from `from` to `to` out of the holes; returns how many of them lay in one. */
  fill(from: number, to: number): number {
    let filled = 0;
    for (let index = this.#from.length - 1; index >= 0; index -= 1) {
      const [holeFrom, holeTo] = [this.#from[index]!, this.#to[index]!];
      const start = distance(holeFrom, from) > 0 ? from : holeFrom;
      const end = distance(holeTo, to) < 0 ? to : holeTo;
      const bytes = distance(start, end);
      if (bytes <= 0) continue;
      filled += bytes;
      this.#remove(index);
      if (distance(holeFrom, start) > 0) this.add(holeFrom, start);
      if (distance(end, holeTo) > 0) this.add(end, holeTo);
    }
    return filled;
  }

  #remove(index: number): void {
    this.#from.splice(index, 1);
    this.#to.splice(index, 1);
  }
}

import { distance } from "./sequence.ts";

/** Holes that are remembered per side; beyond it the oldest is given up, and what fills it later counts as seen before. */
const MAX_HOLES = 64;

/** Stretches of a side's sequence space that were jumped over and may still be filled: what fills them is new, however late it comes. */
export class Holes {
  readonly #from: number[] = [];
  readonly #to: number[] = [];

  /** Remembers that the bytes from `from` to `to` have not been seen. Returns how many bytes of others had to be forgotten for it. */
  add(from: number, to: number): number {
    let forgottenBytes = 0;
    if (this.#from.length >= MAX_HOLES) {
      forgottenBytes = distance(this.#from[0]!, this.#to[0]!);
      this.#remove(0);
    }
    this.#from.push(from);
    this.#to.push(to);
    return forgottenBytes;
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

  /** Bytes of holes that end at or before `acknowledged`: the other side has them, so that they passed elsewhere or were not captured. */
  bytesBefore(acknowledged: number): number {
    let bytes = 0;
    for (const [index, from] of this.#from.entries()) {
      if (distance(this.#to[index]!, acknowledged) >= 0) bytes += distance(from, this.#to[index]!);
    }
    return bytes;
  }

  #remove(index: number): void {
    this.#from.splice(index, 1);
    this.#to.splice(index, 1);
  }
}

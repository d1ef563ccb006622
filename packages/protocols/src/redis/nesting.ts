/** Deepest nesting that is followed; servers answer with less than ten levels. */
const MAX_DEPTH = 64;

/** Aggregates in one another: how many elements of each are still to come. */
export class Nesting {
  readonly #left: number[] = [];
  depth = 0;
  /** Elements of the outermost aggregate that are complete. */
  index = 0;

  clear(): void {
    this.depth = 0;
    this.index = 0;
  }

  /** An aggregate begins, of one element or more. Returns false where it would be too deep. */
  open(elements: number): boolean {
    if (this.depth >= MAX_DEPTH) return false;
    this.#left[this.depth] = elements;
    this.depth += 1;
    return true;
  }

  /** One more element than was announced: an attribute does not count as one. */
  extend(): void {
    this.#left[this.depth - 1] = (this.#left[this.depth - 1] ?? 0) + 1;
  }

  /** An element is complete, and with it those around it that it was the last of. Returns true where nothing is open any more. */
  close(): boolean {
    while (this.depth > 0) {
      if (this.depth === 1) this.index += 1;
      const left = (this.#left[this.depth - 1] ?? 0) - 1;
      this.#left[this.depth - 1] = left;
      if (left > 0) return false;
      this.depth -= 1;
    }
    return true;
  }
}

const FIRST_INTS = 64;

/** Numbers of what was given back and may be used again, last first: four bytes each, where an array takes eight and more. */
export class IntStack {
  #ints = new Int32Array(FIRST_INTS);
  #count = 0;

  push(value: number): void {
    if (this.#count === this.#ints.length) {
      const larger = new Int32Array(this.#count * 2);
      larger.set(this.#ints);
      this.#ints = larger;
    }
    this.#ints[this.#count] = value;
    this.#count += 1;
  }

  /** The number that was pushed last; undefined where there is none. */
  pop(): number | undefined {
    if (this.#count === 0) return undefined;
    this.#count -= 1;
    return this.#ints[this.#count];
  }
}

const FIRST = 64;

/** Where pieces of a body begin and end: a list that is filled again and again, so that none of them is an object. */
export class Places {
  #places = new Int32Array(FIRST);
  count = 0;

  clear(): void {
    this.count = 0;
  }

  add(from: number, to: number): void {
    if (2 * this.count === this.#places.length) {
      const larger = new Int32Array(2 * this.#places.length);
      larger.set(this.#places);
      this.#places = larger;
    }
    this.#places[2 * this.count] = from;
    this.#places[2 * this.count + 1] = to;
    this.count += 1;
  }

  from(index: number): number {
    return this.#places[2 * index] as number;
  }

  to(index: number): number {
    return this.#places[2 * index + 1] as number;
  }
}

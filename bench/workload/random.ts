/** Seeded randomness (xorshift32): small, quick, good enough to mix packets. The same seed gives the same capture. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 1;
  }

  /** A whole number from 0 to `limit` - 1. */
  below(limit: number): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return Math.floor(((state >>> 0) / 2 ** 32) * limit);
  }

  /** True in `permille` of a thousand cases. */
  chance(permille: number): boolean {
    return this.below(1000) < permille;
  }

  /** An exponentially distributed time around `mean`, at most four times that. */
  around(mean: number): number {
    return Math.min(4, -Math.log((this.below(1_000_000) + 1) / 1_000_000)) * mean;
  }

  /** One of `items`, which are not empty. */
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
}

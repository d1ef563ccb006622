/** Keeps the `size` items with the highest score above zero; earlier ones win ties. */
export class TopList<Item> {
  readonly #size: number;
  readonly #score: (item: Item) => number;
  readonly #kept: { readonly item: Item; readonly score: number }[] = [];

  constructor(size: number, score: (item: Item) => number) {
    this.#size = size;
    this.#score = score;
  }

  offer(item: Item): void {
    const score = this.#score(item);
    if (score <= 0) return;
    const lowest = this.#kept.at(-1);
    if (this.#kept.length >= this.#size && lowest !== undefined && lowest.score >= score) return;
    const at = this.#kept.findIndex((kept) => kept.score < score);
    this.#kept.splice(at < 0 ? this.#kept.length : at, 0, { item, score });
    if (this.#kept.length > this.#size) this.#kept.pop();
  }

  /** Highest score first. */
  items(): Item[] {
    return this.#kept.map(({ item }) => item);
  }
}

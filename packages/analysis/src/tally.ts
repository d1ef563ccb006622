/** Different keys that one tally counts; further ones are counted together. */
const MAX_KEYS = 1_000;
const OTHERS = "others";

/** Counts by key, within a limit. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(key: string): void {
    const counted = this.#counts.has(key) || this.#counts.size < MAX_KEYS ? key : OTHERS;
    this.#counts.set(counted, (this.#counts.get(counted) ?? 0) + 1);
  }

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  /** The most frequent keys in words: `12 × 503, 2 × 500`. */
  top(shown = 3): string {
    const sorted = [...this.#counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
    const words = sorted.slice(0, shown).map(([key, count]) => `${count} × ${key}`);
    return sorted.length > shown ? `${words.join(", ")} and others` : words.join(", ");
  }
}

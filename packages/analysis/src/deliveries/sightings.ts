/** Owners of one key that are remembered: beyond them it tells nothing any more. */
const MAX_OWNERS = 64;

/** Who was seen with which key. Keys are forgotten in the order in which they were first seen. */
export class Sightings<Owner> {
  readonly #owners = new Map<string, Owner[]>();
  readonly #maxKeys: number;

  constructor(maxKeys: number) {
    this.#maxKeys = maxKeys;
  }

  add(key: string, owner: Owner): void {
    const owners = this.#owners.get(key);
    if (owners !== undefined) {
      if (owners.length < MAX_OWNERS && owners.at(-1) !== owner) owners.push(owner);
      return;
    }
    if (this.#owners.size >= this.#maxKeys) {
      const [oldest] = this.#owners.keys();
      if (oldest !== undefined) this.#owners.delete(oldest);
    }
    this.#owners.set(key, [owner]);
  }

  of(key: string): readonly Owner[] {
    return this.#owners.get(key) ?? [];
  }
}

/** Objects by key: those that are there, and as many of those that are gone as may be remembered. */
export class ObjectStore<T> {
  readonly #limits: { readonly present: number; readonly gone: number };
  readonly #present = new Map<string, T>();
  readonly #gone = new Map<string, T>();
  /** Objects that found no room. */
  dropped = 0;

  constructor(limits: { readonly present: number; readonly gone: number }) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#present.size;
  }

  /** The object, present or gone. */
  get(key: string): T | undefined {
    return this.#present.get(key) ?? this.#gone.get(key);
  }

  /** Objects that are there. */
  present(): Iterable<T> {
    return this.#present.values();
  }

  /** Keeps the object as it is now, and gives back what it was before. False where there is no room for it. */
  put(key: string, object: T): { readonly before: T | undefined } | false {
    const before = this.#present.get(key);
    if (before === undefined && this.#present.size >= this.#limits.present) {
      this.dropped += 1;
      return false;
    }
    this.#present.set(key, object);
    return { before };
  }

  /** The object is gone, and is remembered as it was last. */
  remove(key: string): T | undefined {
    const last = this.#present.get(key);
    if (last === undefined) return undefined;
    this.#present.delete(key);
    this.#gone.set(key, last);
    for (const oldest of this.#gone.keys()) {
      if (this.#gone.size <= this.#limits.gone) break;
      this.#gone.delete(oldest);
    }
    return last;
  }
}

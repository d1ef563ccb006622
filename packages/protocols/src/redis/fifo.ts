/** Taken entries that may stand in front before the others move up. */
const MAX_TAKEN = 1024;

/** A queue whose ends are both cheap, however long it is. */
export class Fifo<T> {
  #entries: T[] = [];
  #taken = 0;

  get length(): number {
    return this.#entries.length - this.#taken;
  }

  get first(): T | undefined {
    return this.#entries[this.#taken];
  }

  put(entry: T): void {
    this.#entries.push(entry);
  }

  take(): T | undefined {
    const entry = this.#entries[this.#taken];
    if (entry === undefined) return undefined;
    this.#taken += 1;
    // One request at a time is what most clients do: to empty the list by its length gives its memory back each time.
    if (this.#entries.length === 1) {
      this.#entries.pop();
      this.#taken = 0;
    } else if (this.#taken === this.#entries.length) {
      this.#entries = [];
      this.#taken = 0;
    } else if (this.#taken >= MAX_TAKEN) {
      this.#entries = this.#entries.slice(this.#taken);
      this.#taken = 0;
    }
    return entry;
  }
}

/** Shares and files that are known by their ids at a time; the oldest is forgotten beyond it. */
const MAX_NAMES = 2_048;

/** Names by the ids that a server gave them. */
export class OpenNames {
  readonly #names = new Map<string, string>();

  learn(id: string, name: string): void {
    this.#names.delete(id);
    this.#names.set(id, name);
    const [oldest] = this.#names.keys();
    if (this.#names.size > MAX_NAMES && oldest !== undefined) this.#names.delete(oldest);
  }

  find(id: string | undefined): string | undefined {
    return id === undefined ? undefined : this.#names.get(id);
  }

  forget(id: string): void {
    this.#names.delete(id);
  }
}

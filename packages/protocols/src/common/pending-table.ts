/**
 * Requests that wait for their answers, by the id that pairs them, at most `limit` of them: beyond it the oldest is given up.
 * Keys keep the order in which they were put in.
 */
export class PendingTable<Key, Request> {
  readonly #waiting = new Map<Key, Request>();
  readonly #limit: number;
  readonly #giveUp: (request: Request) => void;

  constructor(limit: number, giveUp: (request: Request) => void) {
    this.#limit = limit;
    this.#giveUp = giveUp;
  }

  get size(): number {
    return this.#waiting.size;
  }

  /** A request begins to wait. One that waited under the same id is given up. */
  put(key: Key, request: Request): void {
    const replaced = this.take(key);
    if (replaced !== undefined) this.#giveUp(replaced);
    if (this.#waiting.size >= this.#limit) {
      const [oldest] = this.#waiting;
      if (oldest !== undefined) {
        this.#waiting.delete(oldest[0]);
        this.#giveUp(oldest[1]);
      }
    }
    this.#waiting.set(key, request);
  }

  find(key: Key): Request | undefined {
    return this.#waiting.get(key);
  }

  /** The request is answered: it waits no more. */
  take(key: Key): Request | undefined {
    const request = this.#waiting.get(key);
    if (request !== undefined) this.#waiting.delete(key);
    return request;
  }

  /** The oldest request of which `isIt` is true; it waits no more. */
  takeFirst(isIt: (request: Request) => boolean): Request | undefined {
    for (const [key, request] of this.#waiting) if (isIt(request)) return this.take(key);
    return undefined;
  }

  /** All keys, oldest first. */
  keys(): readonly Key[] {
    return [...this.#waiting.keys()];
  }

  /** Everything that waits, oldest first; nothing waits behind it. */
  drain(): readonly Request[] {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    return all;
  }
}

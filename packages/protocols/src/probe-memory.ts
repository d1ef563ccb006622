/** Server endpoints that are remembered; the one not seen for longest is forgotten beyond it. */
const MAX_ENDPOINTS = 10_000;

/** Remembers which protocol was found behind a server's address and port, to try it first next time. Never a proof. */
export class ProbeMemory {
  readonly #found = new Map<string, string>();

  /** Id of the dissector found there last. */
  recall(address: string, port: number): string | undefined {
    return this.#found.get(`${address} ${port}`);
  }

  remember(address: string, port: number, id: string): void {
    const key = `${address} ${port}`;
    this.#found.delete(key);
    if (this.#found.size >= MAX_ENDPOINTS) {
      const [oldest] = this.#found.keys();
      if (oldest !== undefined) this.#found.delete(oldest);
    }
    this.#found.set(key, id);
  }
}

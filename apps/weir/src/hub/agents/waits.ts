/** Agents that wait for orders: each is woken when there is something for it. */
export class Waits {
  readonly #waiting = new Map<string, Set<() => void>>();
  #isClosed = false;

  /** Done when the agent is woken, when the time is over, or when it has hung up. */
  wait(agentId: string, waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#isClosed || signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const sleepers = this.#waiting.get(agentId) ?? new Set();
      this.#waiting.set(agentId, sleepers);
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", wake);
        sleepers.delete(wake);
        if (sleepers.size === 0) this.#waiting.delete(agentId);
        resolve();
      };
      const timer = setTimeout(wake, waitMs);
      signal.addEventListener("abort", wake);
      sleepers.add(wake);
    });
  }

  wake(agentId: string): void {
    for (const wake of [...(this.#waiting.get(agentId) ?? [])]) wake();
  }

  wakeAll(): void {
    for (const agentId of [...this.#waiting.keys()]) this.wake(agentId);
  }

  /** Nobody waits any more. */
  close(): void {
    this.#isClosed = true;
    this.wakeAll();
  }
}

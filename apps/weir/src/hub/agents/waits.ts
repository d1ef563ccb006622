import { WeirError } from "@weir/base";

/** Questions that wait at once, and those of one agent: it has one, and another after it lost its way. */
const MAX_WAITING = 10_000;
const MAX_OF_ONE = 4;

/** Agents that wait for orders: each is woken when there is something for it. */
export class Waits {
  readonly #waiting = new Map<string, Set<() => void>>();
  #isClosed = false;

  /** Done when the agent is woken, when the time is over, or when it has hung up. Throws BUSY where too many wait. */
  async wait(agentId: string, waitMs: number, signal: AbortSignal): Promise<void> {
    if (this.#isClosed || signal.aborted) return;
    const sleepers = this.#waiting.get(agentId) ?? new Set();
    if (sleepers.size >= MAX_OF_ONE || this.#waiting.size >= MAX_WAITING)
      throw new WeirError("BUSY", "too many questions for orders wait already", "An agent needs one; ask again later");
    await new Promise<void>((resolve) => {
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

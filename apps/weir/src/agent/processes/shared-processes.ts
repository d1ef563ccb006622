import type { ProcessFacts } from "./process-facts.ts";

/** Different ones that are remembered at most. */
const MAX_SHARED = 10_000;

/** What is known of processes, one object for each: the kernel's worker tells it anew with every connection. */
export class SharedProcesses {
  readonly #known = new Map<string, ProcessFacts>();

  /** The object that says the same, where there is one. */
  shared(facts: ProcessFacts): ProcessFacts {
    const { pid, name, executable, command, user, containerId, podUid } = facts;
    const key = [pid, name, executable, command, user, containerId, podUid].join("\0");
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= MAX_SHARED) this.#known.clear();
    this.#known.set(key, facts);
    return facts;
  }
}

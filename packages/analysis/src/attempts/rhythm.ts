import { NS_PER_S } from "@weir/base";
import type { Call } from "@weir/model";
import { within } from "../within.ts";

/** Time over which a request's rhythm is looked at. */
const PERIOD_NS = BigInt(60 * NS_PER_S);
/** Requests that are counted; beyond it, what is new counts as frequent. */
const MAX_COUNTED = 20_000;
/** So often in a period a client may ask the same without it being its habit: a poll, a probe, a load test. */
const HABIT = 3;

/** Who asks whom for what, whatever the body. */
type Asked = Pick<Call, "clientAddress" | "serverService" | "operation" | "target">;

/**
 * Counts how often the same is asked without any failure before it. What a client asks again and again anyway says nothing when it is asked once more
 * after a failure. HOT PATH: every call is counted, and maps within maps need no text that joins what is asked.
 */
export class Rhythm {
  /** By client, server, operation and target. */
  readonly #counts: Map<string, Map<string, Map<string, Map<string, number>>>> = new Map();
  #counted = 0;
  #periodEnd = PERIOD_NS;

  /** Counts a request that is no retry. */
  count(asked: Asked, startedAt: bigint): void {
    if (startedAt > this.#periodEnd) {
      this.#counts.clear();
      this.#counted = 0;
      this.#periodEnd = startedAt + PERIOD_NS;
    }
    const counts = this.#countsOf(asked);
    const count = counts?.get(asked.target);
    // What is a habit already needs no further count.
    if (count !== undefined && count <= HABIT) counts?.set(asked.target, count + 1);
    else if (count === undefined && this.#counted < MAX_COUNTED) this.#begin(asked);
  }

  isHabit(asked: Asked): boolean {
    const count = this.#countsOf(asked)?.get(asked.target);
    return count === undefined ? this.#counted >= MAX_COUNTED : count > HABIT;
  }

  #countsOf({ clientAddress, serverService, operation }: Asked): Map<string, number> | undefined {
    return this.#counts.get(clientAddress)?.get(serverService)?.get(operation);
  }

  #begin({ clientAddress, serverService, operation, target }: Asked): void {
    const servers = within(this.#counts, clientAddress, () => new Map<string, Map<string, Map<string, number>>>());
    const operations = within(servers, serverService, () => new Map<string, Map<string, number>>());
    within(operations, operation, () => new Map<string, number>()).set(target, 1);
    this.#counted += 1;
  }
}

import { NS_PER_S } from "@weir/base";

/** Time over which a request's rhythm is looked at. */
const PERIOD_NS = BigInt(60 * NS_PER_S);
/** Requests that are counted; beyond it, what is new counts as frequent. */
const MAX_COUNTED = 20_000;
/** So often in a period a client may ask the same without it being its habit: a poll, a probe, a load test. */
const HABIT = 3;

/**
 * Counts how often the same is asked without any failure before it. What a client asks again and again anyway says nothing when it is asked once more
 * after a failure.
 */
export class Rhythm {
  readonly #counts = new Map<string, number>();
  #periodStart = 0n;

  /** Counts a request that is no retry. */
  count(key: string, startedAt: bigint): void {
    if (startedAt - this.#periodStart > PERIOD_NS) {
      this.#counts.clear();
      this.#periodStart = startedAt;
    }
    const count = this.#counts.get(key);
    if (count !== undefined || this.#counts.size < MAX_COUNTED) this.#counts.set(key, (count ?? 0) + 1);
  }

  isHabit(key: string): boolean {
    const count = this.#counts.get(key);
    return count === undefined ? this.#counts.size >= MAX_COUNTED : count > HABIT;
  }
}

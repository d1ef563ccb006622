/**
 * What an agent leaves out when packets come faster than it can read them, in this order: what is worth least to whoever looks first. Each level leaves
 * out what those before it do. Beginnings and ends of TCP connections, and totals, are never left out.
 */
export const SHED_LEVELS = [
  "nothing",
  /** Bodies of calls. */
  "bodies",
  /** Calls: connections keep their health. */
  "calls",
  /** Of most connections the packets between SYN and FIN. */
  "connections",
] as const;
export type ShedLevel = (typeof SHED_LEVELS)[number];

/** Share of the ring that waits, from which on there is too much to read, and below which there is not. */
const HIGH_RATIO = 0.5;
const LOW_RATIO = 0.1;
/** A further level is taken after so long without relief, and given back after so long of it. */
const STEP_UP_MS = 250;
const STEP_DOWN_MS = 5_000;

/** Decides what is left out, by how full the ring is. */
export class Shedding {
  #level = 0;
  #changedAtMs = Number.NEGATIVE_INFINITY;
  #calmSinceMs: number | undefined;
  /** How often a level was taken. */
  steps = 0;

  get level(): ShedLevel {
    return SHED_LEVELS[this.#level] ?? "nothing";
  }

  /** Takes in how full the ring is, and whether packets were lost since it was said last. True where the level changed. */
  observe(backlogRatio: number, hasLost: boolean, nowMs: number): boolean {
    const before = this.#level;
    if (backlogRatio >= HIGH_RATIO || hasLost) this.#press(nowMs);
    else if (backlogRatio <= LOW_RATIO) this.#relax(nowMs);
    else this.#calmSinceMs = undefined;
    return this.#level !== before;
  }

  #press(nowMs: number): void {
    this.#calmSinceMs = undefined;
    if (this.#level === SHED_LEVELS.length - 1 || nowMs - this.#changedAtMs < STEP_UP_MS) return;
    this.#level += 1;
    this.steps += 1;
    this.#changedAtMs = nowMs;
  }

  #relax(nowMs: number): void {
    this.#calmSinceMs ??= nowMs;
    if (this.#level === 0 || nowMs - this.#calmSinceMs < STEP_DOWN_MS) return;
    this.#level -= 1;
    this.#changedAtMs = nowMs;
    this.#calmSinceMs = nowMs;
  }
}

import { setTimeout as sleep } from "node:timers/promises";

/** Time and chance, given so that tests have their own. */
export interface Pacing {
  /** Unix milliseconds. */
  now(): number;
  /** From 0 to below 1. */
  random(): number;
  /** Waits; returns early where the signal says so. */
  pause(durationMs: number, signal: AbortSignal): Promise<void>;
}

/** The machine's own. */
export const REAL_PACING: Pacing = {
  now: () => Date.now(),
  random: () => Math.random(),
  pause: (durationMs, signal) =>
    sleep(durationMs, undefined, { signal, ref: false }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    }),
};

const FIRST_MS = 800;
const MOST_MS = 60_000;

/** How long to wait before the next attempt: twice as long each time, and by chance between half and whole of it, so that many who failed at once do not come back at once. */
export function backOffMs(attempt: number, random: () => number): number {
  const whole = Math.min(MOST_MS, FIRST_MS * 2 ** Math.min(attempt, 16));
  return Math.round(whole * (0.5 + random() / 2));
}

/** What a server asks us to wait, and by chance up to half of it more. */
export function askedWaitMs(retryAfterMs: number, random: () => number): number {
  return Math.round(Math.min(retryAfterMs, 10 * MOST_MS) * (1 + random() / 2));
}

/** One at a time, in the order in which they came. */
export class Gate {
  #last: Promise<unknown> = Promise.resolve();

  pass<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

import type { Outcome } from "./transport.ts";

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A request that is not taken for so long is given up, as the Collector's exporters do. */
const GIVE_UP_AFTER_MS = 300_000;

/** How the pauses between tries pass. Given, so that tests need not wait. */
export interface Clock {
  now(): number;
  sleep(ms: number): Promise<unknown>;
  /** From 0 to 1: senders that failed together shall not try again together. */
  random(): number;
}

/**
 * Sends again until it is taken or refused, or for five minutes at most: after as long as the receiver asks for, else after twice as long each time, give or take a quarter.
 * `onLater` hears of each try that failed.
 */
export async function deliver(
  send: () => Promise<Outcome>,
  clock: Clock,
  onLater: (why: string) => void,
): Promise<Outcome> {
  const startMs = clock.now();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    const outcome = await send();
    if (outcome.kind !== "later") return outcome;
    onLater(outcome.why);
    const waitMs = outcome.afterMs ?? pauseMs * (0.75 + clock.random() / 2);
    if (clock.now() + waitMs - startMs > GIVE_UP_AFTER_MS) return outcome;
    await clock.sleep(waitMs);
  }
}

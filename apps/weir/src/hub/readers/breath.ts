import { setImmediate } from "node:timers/promises";
import { WeirError } from "@weir/base";

/** How long one answer may keep all others waiting. */
const TURN_MS = 15;

/** Lets others have a turn when this one has had its own; ends what takes too long, or what nobody waits for. */
export function breathing(signal: AbortSignal, seconds: number): () => Promise<void> {
  const begun = performance.now();
  let turn = begun;
  return async () => {
    const now = performance.now();
    if (now - turn < TURN_MS) return;
    if (now - begun > seconds * 1000)
      throw new WeirError(
        "LIMIT_REACHED",
        `the query took longer than ${seconds} s`,
        "Ask about less time, or with a wider step",
      );
    await setImmediate();
    signal.throwIfAborted();
    turn = performance.now();
  };
}

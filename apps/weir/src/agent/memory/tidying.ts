import { setImmediate as yieldToOthers } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";
import { loadNative } from "@weir/capture";

/** What a thread took to begin is given back after so long. */
const FIRST_MS = 10_000;
/** Between two times: each stops the thread for a tenth of a second or two. */
const PAUSE_MS = 30_000;
/** When all is free that a collection found. */
const FREED_MS = 2_000;
/** What a thread must have taken since, for that to be worth it. */
const WORTH_BYTES = 8 << 20;

/**
 * Gives a thread's memory back to the system. V8 keeps the room that a burst of records took, and what is garbage in it, until it needs room again, and
 * glibc keeps what was freed: an agent waits for most of its life, and others need that memory more. V8 gives all of it back when it is told that memory is low,
 * which is told by the inspector's protocol (`HeapProfiler.collectGarbage`).
 */
export class Tidying {
  #dueMs: number;
  /** What the thread held when that was done last. */
  #heldBytes = 0;
  #trimDueMs: number;

  /** `nowMs` is a clock that only goes forward. */
  constructor(nowMs: number) {
    this.#dueMs = nowMs + FIRST_MS;
    this.#trimDueMs = this.#dueMs;
  }

  /** Asked every so often while nothing waits to be done: does it where it is due, and worth it. */
  async tick(nowMs: number): Promise<void> {
    if (nowMs >= this.#trimDueMs) {
      this.#trimDueMs = nowMs + PAUSE_MS;
      trim();
    }
    if (nowMs < this.#dueMs || heldBytes() < this.#heldBytes + WORTH_BYTES) return;
    this.#dueMs = nowMs + PAUSE_MS;
    await collectGarbage();
    this.#heldBytes = heldBytes();
    // V8 frees large things in a thread of its own, behind the collection.
    this.#trimDueMs = nowMs + FREED_MS;
  }
}

/** What this thread's part of V8 holds, used or not. */
function heldBytes(): number {
  const { total_heap_size, external_memory } = getHeapStatistics();
  return total_heap_size + external_memory;
}

/** Gives back what was freed, of all threads. */
function trim(): void {
  const native = loadNative();
  if (!(native instanceof Error)) native.libc.malloc_trim?.(0);
}

async function collectGarbage(): Promise<void> {
  // Some builds of Node are without it.
  if (!process.features.inspector) return;
  const { Session } = await import("node:inspector/promises");
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.collectGarbage");
  // A session cannot end inside of its own answer.
  await yieldToOthers();
  session.disconnect();
}

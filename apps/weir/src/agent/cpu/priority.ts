import { getPriority, setPriority } from "node:os";
import { threadIds } from "./thread-times.ts";

/**
 * Has all threads of this process, and those that they start, give way to others: `nice` is 0 to 19 (man 7 sched). What they have no time for waits in the
 * packet rings. Who gives way more than that already, by whoever started the agent, goes on so.
 */
export function giveWay(nice: number): void {
  // Where there is no /proc, the thread that asks.
  const ids = threadIds();
  for (const id of ids.length === 0 ? [0] : ids) lower(id, nice);
}

function lower(id: number, nice: number): void {
  try {
    // In Linux a thread has a priority of its own, by its id.
    if (getPriority(id) < nice) setPriority(id, nice);
  } catch (error) {
    // A thread that has ended in between has none.
    if (!isOfNobody(error)) throw error;
  }
}

function isOfNobody(error: unknown): boolean {
  return (
    error instanceof Error && (error as NodeJS.ErrnoException & { info?: { code?: string } }).info?.code === "ESRCH"
  );
}

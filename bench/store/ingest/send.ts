import { readFileSync } from "node:fs";
import type { Body } from "./bodies.ts";

/** How quickly something was taken in. */
export interface Taken {
  readonly name: string;
  readonly records: number;
  readonly perSecond: number;
  /** Per second of CPU time of all processes that take in: what one core does. */
  readonly perCore: number;
  /** Requests that were turned away and sent again. */
  readonly refused: number;
}

/** As many as several collectors have together: a request is answered when its rows are on disk, up to a second after it came. */
const SENDERS = 32;
const TICKS_PER_S = 100;
const PAUSE_MS = 50;

/** Requests, and where they go. */
export interface Work {
  readonly url: (index: number) => string;
  readonly headers: Readonly<Record<string, string>>;
  readonly bodies: readonly Body[];
  /** One where they have to arrive in order. */
  readonly senders?: number;
}

/** Sends all; each request was answered, so its records are stored. `pids` are the processes that take in. */
export async function sendAll(name: string, work: Work, pids: readonly number[]): Promise<Taken> {
  const { bodies, senders = SENDERS } = work;
  let [next, refused] = [0, 0];
  const cpuBeforeS = cpuS(pids);
  const startedAtMs = performance.now();
  const send = async () => {
    for (let index = next++; index < bodies.length; index = next++) {
      while (!(await isTaken(name, work, index))) {
        refused += 1;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      }
    }
  };
  await Promise.all(Array.from({ length: senders }, send));
  const wallS = (performance.now() - startedAtMs) / 1000;
  const records = bodies.reduce((sum, body) => sum + body.records, 0);
  return { name, records, perSecond: records / wallS, perCore: records / (cpuS(pids) - cpuBeforeS), refused };
}

/** Sends one request; false where it is to be sent again. */
async function isTaken(name: string, { url, headers, bodies }: Work, index: number): Promise<boolean> {
  const answer = await fetch(url(index), { method: "POST", headers, body: bodies[index]?.bytes ?? null });
  const text = await answer.text();
  if (answer.ok) return true;
  if (answer.status === 429 || answer.status === 503) return false;
  throw new Error(`${name}: ${answer.status} ${text}`);
}

/** proc(5): user and system time of processes that run. */
function cpuS(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
  }, 0);
}

/** A process and those that it started. */
export function withChildren(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return [pid, ...(children === "" ? [] : children.split(" ").flatMap((child) => withChildren(Number(child))))];
}

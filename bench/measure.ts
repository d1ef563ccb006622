import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** What one run of a command cost, the whole process with its start. */
export interface Measured {
  readonly wallS: number;
  /** User and system time of all its threads. */
  readonly cpuS: number;
  /** Largest resident set. */
  readonly peakMiB: number;
}

const POLL_MS = 20;
const TICKS_PER_S = 100;
const COMPLAINT_LIMIT = 10_000;

/**
 * Runs a command once, and nothing beside it; what it prints goes nowhere. CPU time is Linux's account of ended children, so complete;
 * peak memory is read while it runs, fifty times a second.
 */
export async function measure([command = "", ...args]: readonly string[]): Promise<Measured> {
  const cpuBeforeS = cpuOfEndedChildrenS();
  const startedAtMs = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  child.stderr.on("data", (chunk: Buffer) => {
    if (complaint.length < COMPLAINT_LIMIT) complaint += chunk.toString();
  });
  let peakMiB = 0;
  const timer = setInterval(() => {
    peakMiB = Math.max(peakMiB, peakMiBOf(child.pid));
  }, POLL_MS);
  let wallS = 0;
  child.once("exit", () => {
    wallS = (performance.now() - startedAtMs) / 1000;
  });
  const ending = await new Promise<number | string | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(signal ?? code));
  }).finally(() => clearInterval(timer));
  if (ending !== 0) throw new Error(`${command} ended with ${ending}: ${complaint.trim().slice(-300)}`);
  return { wallS, cpuS: cpuOfEndedChildrenS() - cpuBeforeS, peakMiB };
}

/** proc(5): fields 16 and 17, times of children that were waited for. */
function cpuOfEndedChildrenS(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_S;
}

function peakMiBOf(pid: number | undefined): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}

/** The middle of several runs. */
export function medianOf<Run>(runs: readonly Run[], value: (run: Run) => number): number {
  const sorted = runs.map(value).sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

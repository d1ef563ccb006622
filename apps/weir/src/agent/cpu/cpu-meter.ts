import type { AgentReport } from "@weir/http-contract";
import { readThreadTimes, THREAD_NAME, type ThreadTime } from "./thread-times.ts";

/** What a part of the agent has used. */
export type CpuPart = AgentReport["cpuParts"][number];

/** Threads of Node.js that nobody named: they compile and collect garbage for all others, and read and write files. */
const OF_NODE = "node";
/** Shares are of the last minute, known at so many moments of it. */
const WINDOW_MS = 60_000;
const SAMPLE_EVERY_MS = 5_000;

interface Sample {
  readonly atMs: number;
  readonly cpuNs: ReadonlyMap<string, number>;
}

/** Says what the agent's parts cost in user space, by the kernel's account of their threads. */
export class CpuMeter {
  readonly #read: () => readonly ThreadTime[];
  readonly #nowMs: () => number;
  /** Threads as they were seen last; those that have ended keep their time in their part. */
  #threads = new Map<number, { readonly part: string; readonly cpuNs: number }>();
  readonly #ended = new Map<string, number>();
  /** The oldest first: one of a minute ago or before, and those since. */
  #samples: Sample[] = [];

  constructor(read: () => readonly ThreadTime[] = readThreadTimes, nowMs: () => number = () => performance.now()) {
    this.#read = read;
    this.#nowMs = nowMs;
    this.sample();
  }

  /** Samples every few seconds, until the agent ends. */
  start(): void {
    setInterval(() => this.sample(), SAMPLE_EVERY_MS).unref();
  }

  /** Notes what was used until now. */
  sample(): void {
    this.#samples.push({ atMs: this.#nowMs(), cpuNs: this.#take() });
    this.#forget();
  }

  /** All that was used so far, and the share of one processor in the last minute, or since the start where that is less. What uses most comes first. */
  parts(): CpuPart[] {
    this.#forget();
    const [first] = this.#samples;
    const elapsedNs = (this.#nowMs() - (first?.atMs ?? 0)) * 1e6;
    const parts = [...this.#take()].map(([part, cpuNs]) => {
      const usedNs = cpuNs - (first?.cpuNs.get(part) ?? 0);
      return { part, cpuNs, lastMinuteRatio: elapsedNs <= 0 ? 0 : Math.max(0, usedNs) / elapsedNs };
    });
    return parts.sort((a, b) => b.cpuNs - a.cpuNs);
  }

  #forget(): void {
    const fromMs = this.#nowMs() - WINDOW_MS;
    while ((this.#samples[1]?.atMs ?? Number.POSITIVE_INFINITY) <= fromMs) this.#samples.shift();
  }

  /** CPU time by part, threads that have ended included. */
  #take(): Map<string, number> {
    const threads = new Map(
      this.#read().map(({ id, name, cpuNs }) => [id, { part: id === process.pid ? "main" : partOf(name), cpuNs }]),
    );
    // A thread may have got its name only now: it is the same one then.
    for (const [id, { part, cpuNs }] of this.#threads) if (!threads.has(id)) add(this.#ended, part, cpuNs);
    this.#threads = threads;
    const sums = new Map(this.#ended);
    for (const { part, cpuNs } of threads.values()) add(sums, part, cpuNs);
    return sums;
  }
}

function partOf(name: string): string {
  return name.startsWith(THREAD_NAME) ? name.slice(THREAD_NAME.length) : OF_NODE;
}

function add(sums: Map<string, number>, part: string, cpuNs: number): void {
  sums.set(part, (sums.get(part) ?? 0) + cpuNs);
}

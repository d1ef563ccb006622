import { readFileSync } from "node:fs";

const GIB = 2 ** 30;
/** Share of the machine that the engine may use, and the bounds of that. */
const SHARE = 0.2;
const LEAST_BYTES = GIB;
const MOST_BYTES = 16 * GIB;
/** The engine counts its memory itself and refuses queries; what it does not count stays below this much more. */
const TOLERANCE = 1.5;
/** Looks in a row, so that a peak is no reason. */
const LOOKS = 3;

/** Most memory that the engine may use, on a machine (or in a container) with so much. */
export function engineMemoryLimit(machineBytes: number): number {
  return Math.floor(Math.max(LEAST_BYTES, Math.min(MOST_BYTES, machineBytes * SHARE)));
}

/** Notices when a process stays beyond its limit. */
export class MemoryWatch {
  readonly #mostBytes: number;
  #looksBeyond = 0;
  /** What was seen last; undefined before the first look. */
  lastBytes: number | undefined;

  constructor(limitBytes: number) {
    this.#mostBytes = limitBytes * TOLERANCE;
  }

  /** One more look; true when it was beyond in several of them, which then count anew. */
  isBeyond(bytes: number): boolean {
    this.lastBytes = bytes;
    this.#looksBeyond = bytes > this.#mostBytes ? this.#looksBeyond + 1 : 0;
    if (this.#looksBeyond < LOOKS) return false;
    this.#looksBeyond = 0;
    return true;
  }
}

/** Memory of a process that is its own and not a mapped file; undefined where the system does not tell (not Linux, or it has just gone). */
export function anonymousBytesOf(pid: number): number | undefined {
  try {
    const kib = /^RssAnon:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}

import { closeSync, constants, fstatSync, readSync } from "node:fs";
import { openRegular } from "./binary.ts";
import { PerfMap } from "./perf-map.ts";

/** Of each process' file so much is read. */
const MAX_BYTES = 64 << 20;
const CHUNK_BYTES = 1 << 20;
const ROOT = 0;

/** What a process says of the code that it makes: its file, read on as it grows. */
export class PerfMapFile {
  readonly map = new PerfMap();
  readonly #paths: readonly string[];
  readonly #userId: number;
  readonly #decoder = new TextDecoder();
  #at = 0;
  #rest = "";

  /** The process, its number in its own namespace, and its user: a file of anybody else's is not believed. */
  constructor(pid: number, ownPid: number, userId: number) {
    this.#paths = [`/proc/${pid}/root/tmp/perf-${ownPid}.map`, `/tmp/perf-${pid}.map`];
    this.#userId = userId;
  }

  /** Reads what is new. */
  update(): void {
    for (const path of this.#paths) {
      const file = openRegular(path, constants.O_NOFOLLOW);
      if (file === undefined) continue;
      const { uid, size } = fstatSync(file);
      if (uid === this.#userId || uid === ROOT) this.#readOn(file, Math.min(size, MAX_BYTES));
      closeSync(file);
      return;
    }
  }

  #readOn(file: number, end: number): void {
    const chunk = new Uint8Array(CHUNK_BYTES);
    while (this.#at < end) {
      const bytes = readSync(file, chunk, 0, Math.min(chunk.length, end - this.#at), this.#at);
      if (bytes === 0) return;
      this.#at += bytes;
      const text = this.#rest + this.#decoder.decode(chunk.subarray(0, bytes), { stream: true });
      const lineEnd = text.lastIndexOf("\n") + 1;
      this.#rest = text.slice(lineEnd);
      this.map.add(text.slice(0, lineEnd));
    }
  }
}

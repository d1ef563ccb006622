import { readFileSync } from "node:fs";
import { firstAfter, orderOf, taken } from "./function-table.ts";
import { eachFunction, nameAt } from "./kallsyms.ts";
import type { Frame } from "./perf-map.ts";

/** Modules may be loaded meanwhile: the table is read again after so long. */
const KEPT_MS = 10 * 60_000;
/** What is said to be the file of the kernel's functions. */
export const KERNEL_FILE = "[kernel]";

/** Names of the kernel's functions by addresses inside of them. Unlike those of drops they are asked for all the time: the table stays in memory. */
export class KernelSymbols {
  #starts: Float64Array = new Float64Array();
  #names: readonly string[] = [];
  #readAtMs = Number.NEGATIVE_INFINITY;

  /** The function that has the address, of which the lower 48 bits are given. */
  frame(address: number): Frame {
    if (performance.now() - this.#readAtMs > KEPT_MS) this.load(readFileSync("/proc/kallsyms"));
    const name = this.#names[firstAfter(this.#starts, address) - 1];
    return { name: name ?? `kernel 0x${address.toString(16)}`, file: KERNEL_FILE, line: 0 };
  }

  /** Takes a table; where the kernel hides its addresses they are all 0. */
  load(table: Uint8Array): void {
    const starts: number[] = [];
    const lineAts: number[] = [];
    eachFunction(table, (begins, lineAt) => {
      if (begins === 0) return;
      starts.push(begins);
      lineAts.push(lineAt);
    });
    const order = orderOf(starts);
    this.#starts = taken(starts, order);
    this.#names = [...order].map((place) => nameAt(table, lineAts[place] ?? 0));
    this.#readAtMs = performance.now();
  }
}

import { firstAfter } from "./function-table.ts";

/** A function on a stack. */
export interface Frame {
  readonly name: string;
  /** Empty where it is not known. */
  readonly file: string;
  /** 0 where it is not known. */
  readonly line: number;
}

interface Entry extends Frame {
  readonly begin: number;
  readonly end: number;
  /** Later ones replace earlier ones at the same place. */
  readonly order: number;
}

/** Functions of one process that are kept; more are counted. */
export const MAX_ENTRIES = 500_000;
/** An address, a length, a name (tools/perf/Documentation/jit-interface.txt of Linux). */
const LINE = /^(?:0x)?([0-9a-f]{1,16}) ([0-9a-f]{1,8}) (.+)$/;
/** How V8 names its functions: kind, how far it is optimised, name, place. */
const V8 = /^(?:JS|LazyCompile|Function|Script|Eval|RegExp|Wasm)?:[~^*+']?(\S*) (?:file:\/\/)?(.*):(\d+):\d+$/;
/** Entries that begin before an address and are looked at. */
const MAX_OVERLAPPING = 16;
const MAX_NAME_CHARS = 1_000;

/** What a compiler that works while the program runs says of its functions: `/tmp/perf-PID.map`. It grows, and code moves: the last word on a place counts. */
export class PerfMap {
  #entries: Entry[] = [];
  #starts: Float64Array | undefined;
  #order = 0;
  /** Functions beyond the limit. */
  droppedEntries = 0;

  /** Adds whole lines; those that are none are passed over. */
  add(text: string): void {
    for (const line of text.split("\n")) {
      const [, begin, bytes, name] = LINE.exec(line) ?? [];
      if (begin === undefined || bytes === undefined || name === undefined) continue;
      if (this.#entries.length >= MAX_ENTRIES) {
        this.droppedEntries += 1;
        continue;
      }
      const at = Number.parseInt(begin, 16);
      this.#order += 1;
      this.#entries.push({ begin: at, end: at + Number.parseInt(bytes, 16), order: this.#order, ...jitFrame(name) });
      this.#starts = undefined;
    }
  }

  find(address: number): Frame | undefined {
    const after = firstAfter(this.#sorted(), address);
    let best: Entry | undefined;
    for (let index = after - 1; index >= Math.max(0, after - MAX_OVERLAPPING); index -= 1) {
      const entry = this.#entries[index];
      if (entry !== undefined && address < entry.end && entry.order > (best?.order ?? 0)) best = entry;
    }
    return best && { name: best.name, file: best.file, line: best.line };
  }

  #sorted(): Float64Array {
    if (this.#starts === undefined) {
      this.#entries.sort((a, b) => a.begin - b.begin || a.order - b.order);
      this.#starts = Float64Array.from(this.#entries, ({ begin }) => begin);
    }
    return this.#starts;
  }
}

/** A function as its compiler names it: those of V8 with their place in the source. */
export function jitFrame(text: string): Frame {
  const [, name, file, line] = V8.exec(text) ?? [];
  if (file === undefined) return { name: text.slice(0, MAX_NAME_CHARS), file: "", line: 0 };
  return { name: (name === "" ? "(anonymous)" : (name ?? "")).slice(0, MAX_NAME_CHARS), file, line: Number(line) };
}

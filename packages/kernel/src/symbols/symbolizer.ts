import type { Addresses, MeasuredPlace } from "../profiles/place-table.ts";
import { Binaries } from "./binaries.ts";
import { KernelSymbols } from "./kernel-symbols.ts";
import type { Frame } from "./perf-map.ts";
import { ProcessSymbols } from "./process-symbols.ts";

/** Processes whose memory is known; those asked for longest ago are forgotten. */
const MAX_PROCESSES = 1_024;
const NO_STACK: Frame = { name: "unknown: its stack was not taken", file: "", line: 0 };
const ENDED: Frame = { name: "unknown: its process had ended", file: "", line: 0 };
const OURS = /^(bpf_prog_|bpf_trace_run|__bpf_trace_|__traceiter_)/;

/** What is held to name functions. */
export interface SymbolCounts {
  readonly processes: number;
  readonly binaries: number;
  readonly functions: number;
  /** Functions that processes told of and that found no room. */
  readonly droppedFunctions: number;
}

/** Names the functions on stacks: those of the kernel, of programs and libraries, and of code that was made while the program runs. */
export class Symbolizer {
  readonly #kernel = new KernelSymbols();
  readonly #binaries = new Binaries();
  readonly #processes = new Map<string, ProcessSymbols>();

  get counts(): SymbolCounts {
    const droppedFunctions = [...this.#processes.values()].reduce((sum, each) => sum + each.droppedEntries, 0);
    return { processes: this.#processes.size, ...this.#binaries.counts, droppedFunctions };
  }

  /** Learns what is new of the processes of these places, before their frames are asked for. */
  update(places: readonly MeasuredPlace[]): void {
    const processes = new Set(places.filter(({ userStack }) => userStack.length > 0).map((place) => this.#of(place)));
    for (const each of processes) each.update();
  }

  /** Functions of a place, innermost first: at least one. */
  frames(place: MeasuredPlace): Frame[] {
    const { kernelStack, userStack } = place;
    const frames = withoutOurs(kernelStack.map((address, at) => this.#kernel.frame(calledFrom(address, at))));
    if (userStack.length > 0) frames.push(...userFrames(this.#of(place), userStack));
    return frames.length === 0 ? [NO_STACK] : frames;
  }

  /** Build id of a process' program, in hexadecimal; undefined where it has none. */
  buildIdOf(pid: number): string | undefined {
    return this.#binaries.find([`/proc/${pid}/exe`])?.buildId;
  }

  close(): void {
    this.#binaries.close();
  }

  #of({ pid, beganNs }: MeasuredPlace): ProcessSymbols {
    const key = `${pid} ${beganNs}`;
    const symbols = this.#processes.get(key) ?? new ProcessSymbols(pid, this.#binaries);
    this.#processes.delete(key);
    this.#processes.set(key, symbols);
    for (const oldest of this.#processes.keys()) {
      if (this.#processes.size <= MAX_PROCESSES) break;
      this.#processes.delete(oldest);
    }
    return symbols;
  }
}

/** At a tracepoint the kernel's stack begins with the program that took it. */
function withoutOurs(frames: Frame[]): Frame[] {
  const first = frames.findIndex(({ name }) => !OURS.test(name));
  return first < 0 ? frames : frames.slice(first);
}

/** A program without frame pointers leaves addresses that are none: the stack ends before the first of them. */
function userFrames(symbols: ProcessSymbols, stack: Addresses): Frame[] {
  if (!symbols.isKnown) return [ENDED];
  const frames: Frame[] = [];
  for (const [at, address] of stack.entries()) {
    const frame = symbols.frame(calledFrom(address, at));
    if (frame === undefined) break;
    frames.push(frame);
  }
  return frames;
}

/** But for the innermost, addresses on a stack are those where it goes on: the call is before, and may be the last thing of its function. */
function calledFrom(address: number, at: number): number {
  return at === 0 ? address : address - 1;
}

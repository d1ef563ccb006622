import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { ensure } from "@weir/base";
import type { Handle, NativeBpf } from "./libbpf.ts";
import { type ProgramCost, programCost } from "./program-cost.ts";

const LOG_BYTES = 1 << 16;
/** Size of `struct bpf_object_open_opts`, and where its members are that are used (bpf/libbpf.h). */
const OpenOptions = { bytes: 80, size: 0, logAt: 56, logBytesAt: 64 } as const;
const LOG_LINES_TOLD = 3;
/** The same of `struct bpf_uprobe_opts`. */
const UprobeOptions = { bytes: 40, size: 0, isReturnAt: 24, symbolAt: 32 } as const;
/** Any process. */
const EVERY_PID = -1;
/** Sections of programs that are attached where their section says, and that place. */
const PLACE = /^(?:raw_tp|kprobe)\/(\w+)$/;
/** Names of programs that are attached only where the kernel does not have the place of the one whose name stands before it. */
const INSTEAD = /^(\w+)_else\d*$/;

/** The kernel's word on why a program is not taken, for {@link explainErrno}. */
export class RefusedProgram extends Error {
  readonly errno: number;

  constructor(what: string, errno: number, log: string) {
    super(log === "" ? what : `${what}: ${log}`);
    this.errno = errno;
  }
}

/** One of our objects (bpf/NAME.bpf.c) in the kernel: its programs attached as far as they say to what, its maps to be read. */
export class ProgramObject {
  readonly #native: NativeBpf;
  readonly #object: Handle;
  readonly #links: Handle[] = [];
  readonly #programs: Handle[] = [];
  /** Places in the kernel that programs are attached at because it does not have those that are meant to be. */
  readonly instead: string[] = [];

  /** Loads the object and attaches its programs. Throws {@link RefusedProgram} where the kernel does not take them. */
  constructor(native: NativeBpf, name: string) {
    this.#native = native;
    const { bpf, koffi } = native;
    const log = new Uint8Array(LOG_BYTES);
    const bytes = readFileSync(objectPath(name));
    this.#object = bpf.bpf_object__open_mem(bytes, bytes.length, openOptions(native, log));
    if (this.#object === null) throw new RefusedProgram(`${name} cannot be read`, koffi.errno(), "");
    try {
      const failed = bpf.bpf_object__load(this.#object);
      if (failed < 0) throw new RefusedProgram(`${name} is not taken`, -failed, lastLines(log));
      this.#attachAll(name);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** File descriptor of a map. */
  map(name: string): number {
    const fd = this.#native.bpf.bpf_object__find_map_fd_by_name(this.#object, name);
    ensure(fd >= 0 || undefined, `the object has no map ${name}`);
    return fd;
  }

  /** Attaches a program at a function of a file, for all processes that use it: at its beginning, or at its return. False where the file has no such function. */
  attachUprobe(program: string, file: string, symbol: string, isReturn: boolean): boolean {
    const { bpf, koffi } = this.#native;
    const text = new TextEncoder().encode(`${symbol}\0`);
    const options = new Uint8Array(UprobeOptions.bytes);
    const view = new DataView(options.buffer);
    view.setBigUint64(UprobeOptions.size, BigInt(options.length), true);
    view.setUint8(UprobeOptions.isReturnAt, isReturn ? 1 : 0);
    view.setBigUint64(UprobeOptions.symbolAt, BigInt(koffi.address(text)), true);
    const handle = bpf.bpf_object__find_program_by_name(this.#object, program);
    const link = bpf.bpf_program__attach_uprobe_opts(handle, EVERY_PID, file, 0, options);
    if (link === null) return false;
    this.#links.push(link);
    return true;
  }

  /** Attaches a program to an event of perf's (man 2 perf_event_open), which is closed with it. Throws {@link RefusedProgram}. */
  attachPerfEvent(program: string, event: number): void {
    const { bpf, koffi } = this.#native;
    const link = bpf.bpf_program__attach_perf_event(bpf.bpf_object__find_program_by_name(this.#object, program), event);
    if (link === null) throw new RefusedProgram(`${program} cannot be attached`, koffi.errno(), "");
    this.#links.push(link);
  }

  /** How often its programs ran, and how long, all together. */
  cost(): ProgramCost {
    const { bpf } = this.#native;
    const costs = this.#programs.map((program) => programCost(bpf, bpf.bpf_program__fd(program)));
    return costs.reduce((sum, { runs, runNs }) => ({ runs: sum.runs + runs, runNs: sum.runNs + runNs }), {
      runs: 0,
      runNs: 0,
    });
  }

  /** Takes its programs out of the kernel again. */
  close(): void {
    for (const link of this.#links.splice(0)) this.#native.bpf.bpf_link__destroy(link);
    this.#native.bpf.bpf_object__close(this.#object);
  }

  #attachAll(object: string): void {
    const programs = this.#all();
    for (const { name, place } of programs) {
      if (place === undefined || INSTEAD.test(name)) continue;
      if (this.#attach(name)) continue;
      const errno = this.#native.koffi.errno();
      const others = programs.filter((each) => INSTEAD.exec(each.name)?.[1] === name);
      const attached = errno === constants.errno.ENOENT ? others.filter((each) => this.#attach(each.name)) : [];
      const sought = [place, ...others.map((each) => each.place)].join(" nor ");
      if (attached.length === 0) throw new RefusedProgram(`${object} cannot be attached at ${sought}`, errno, "");
      for (const each of attached) if (each.place !== undefined) this.instead.push(each.place);
    }
  }

  #all(): { readonly name: string; readonly place: string | undefined }[] {
    const { bpf } = this.#native;
    const found = [];
    for (let program = this.#next(null); program !== null; program = this.#next(program)) {
      this.#programs.push(program);
      const place = PLACE.exec(bpf.bpf_program__section_name(program))?.[1];
      found.push({ name: bpf.bpf_program__name(program), place });
    }
    return found;
  }

  #next(program: Handle): Handle {
    return this.#native.bpf.bpf_object__next_program(this.#object, program);
  }

  /** False where it cannot be, and errno says why. */
  #attach(name: string): boolean {
    const { bpf } = this.#native;
    const link = bpf.bpf_program__attach(bpf.bpf_object__find_program_by_name(this.#object, name));
    if (link === null) return false;
    this.#links.push(link);
    return true;
  }
}

/** Where an object is: beside this package's sources, also when those are bundled. */
function objectPath(name: string): string {
  return createRequire(import.meta.url).resolve(`@weir/kernel/objects/${name}.bpf.o`);
}

function openOptions({ koffi }: NativeBpf, log: Uint8Array): Uint8Array {
  const options = new Uint8Array(OpenOptions.bytes);
  const view = new DataView(options.buffer);
  view.setBigUint64(OpenOptions.size, BigInt(options.length), true);
  view.setBigUint64(OpenOptions.logAt, BigInt(koffi.address(log)), true);
  view.setBigUint64(OpenOptions.logBytesAt, BigInt(log.length), true);
  return options;
}

/** The end of the verifier's log: it says there what it does not like. */
function lastLines(log: Uint8Array): string {
  const text = new TextDecoder().decode(log.subarray(0, log.indexOf(0)));
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !/^(processed|verification time)/.test(line));
  return lines.slice(-LOG_LINES_TOLD).join("; ");
}

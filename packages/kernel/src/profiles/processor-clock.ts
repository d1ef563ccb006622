import { readFileSync } from "node:fs";
import type { NativeBpf } from "../libbpf/libbpf.ts";
import { RefusedProgram } from "../libbpf/program-object.ts";

/** How often the place of who runs is looked at, per second and processor: not in step with what happens a hundred times a second. */
export const TICKS_PER_SECOND = 99;

/** Number of the system call perf_event_open, which C's library has no function for. */
const PERF_EVENT_OPEN: Readonly<Partial<Record<NodeJS.Architecture, number>>> = { x64: 298, arm64: 241 };
/** `struct perf_event_attr` (linux/perf_event.h), in its version 5: a clock of the kernel's own, which every machine has. */
const Attributes = { bytes: 112, type: 0, size: 4, config: 8, frequency: 16, flags: 40 } as const;
const PERF_TYPE_SOFTWARE = 1;
const PERF_COUNT_SW_CPU_CLOCK = 0n;
const EXCLUDE_IDLE = 1n << 7n;
const BY_FREQUENCY = 1n << 10n;
const ANY_PROCESS = -1;
const NO_GROUP = -1;
const CLOSE_ON_EXEC = 8;

/** A clock on each processor, as files. Throws {@link RefusedProgram} where the kernel gives none. */
export function openProcessorClocks({ koffi, libc }: NativeBpf): number[] {
  const call = PERF_EVENT_OPEN[process.arch];
  if (call === undefined) throw new RefusedProgram(`no clock is known of on ${process.arch}`, 0, "");
  const open = koffi.load(null).func("long syscall(long, const void *, int, int, int, unsigned long)");
  const attributes = clockAttributes();
  const files: number[] = [];
  for (const processor of processorsOnline()) {
    const file = Number(open(call, attributes, ANY_PROCESS, processor, NO_GROUP, CLOSE_ON_EXEC));
    if (file < 0) {
      const errno = koffi.errno();
      for (const each of files) libc.close(each);
      throw new RefusedProgram(`the clock of processor ${processor} is not given`, errno, "");
    }
    files.push(file);
  }
  return files;
}

function clockAttributes(): Uint8Array {
  const attributes = new Uint8Array(Attributes.bytes);
  const view = new DataView(attributes.buffer);
  view.setUint32(Attributes.type, PERF_TYPE_SOFTWARE, true);
  view.setUint32(Attributes.size, attributes.length, true);
  view.setBigUint64(Attributes.config, PERF_COUNT_SW_CPU_CLOCK, true);
  view.setBigUint64(Attributes.frequency, BigInt(TICKS_PER_SECOND), true);
  view.setBigUint64(Attributes.flags, EXCLUDE_IDLE | BY_FREQUENCY, true);
  return attributes;
}

function processorsOnline(): number[] {
  return readNumberRanges(readFileSync("/sys/devices/system/cpu/online", "latin1"));
}

/** Numbers as the kernel lists processors: `0-3,8`. */
export function readNumberRanges(text: string): number[] {
  return text
    .trim()
    .split(",")
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, index) => first + index);
    });
}

import { closeSync, existsSync, openSync, readSync } from "node:fs";
import { constants } from "node:os";
import { explainMissing, type Rights } from "@weir/capture";
import type { RefusedProgram } from "./libbpf/program-object.ts";

/** What programs in the kernel tell as it happens, each by an object of its own (bpf/). */
export const EVENT_ABILITIES = [
  "kernelSockets",
  "kernelDatagrams",
  "kernelRetransmissions",
  "kernelDrops",
  "tlsPlaintext",
] as const;
export type EventAbilityName = (typeof EVENT_ABILITIES)[number];

/** What they add up, to be read now and then. */
export const PROFILE_ABILITIES = ["cpuProfiles", "offCpuProfiles"] as const;
export type ProfileAbilityName = (typeof PROFILE_ABILITIES)[number];

export const KERNEL_ABILITIES = [...EVENT_ABILITIES, ...PROFILE_ABILITIES] as const;
export type KernelAbilityName = (typeof KERNEL_ABILITIES)[number];

/** Whether an ability is there, and why. */
export interface KernelAbility {
  readonly name: KernelAbilityName;
  readonly has: boolean;
  readonly why: string;
}

/** How much of `/proc/kallsyms` is looked through for the first function, and read at once. */
const KALLSYMS_BYTES = 1 << 20;
const KALLSYMS_CHUNK_BYTES = 1 << 14;
const FIRST_FUNCTION = /^([0-9a-f]{16}) [tT] /m;
const BTF = "/sys/kernel/btf/vmlinux";

/** Why the kernel does not take a program, with what would help. */
export function explainRefusal(error: RefusedProgram, rights: Rights): string {
  const { EPERM, EACCES, ENOENT, ESRCH, EINVAL } = constants.errno;
  switch (error.errno) {
    case EPERM:
    case EACCES:
      return `the kernel refuses its programs: ${explainForbidden(rights)}`;
    case ENOENT:
      return `this kernel does not have the place that they would be attached to (${error.message})`;
    case ESRCH:
      return `this kernel's type information lacks what they read (${error.message})`;
    case EINVAL:
      return `this kernel does not take its programs: it may be too old, they need Linux 5.10 (${error.message})`;
    default:
      return error.message;
  }
}

/** CAP_SYS_ADMIN grants what the other two do, as it did before there were these. */
function explainForbidden(rights: Rights): string {
  if (!rights.isHostUsers)
    return "they take rights of the host's user namespace, which a rootless container does not have";
  const isGranted = rights.capabilities.includes("CAP_SYS_ADMIN");
  const missing = isGranted ? undefined : explainMissing(rights, ["CAP_BPF", "CAP_PERFMON"]);
  if (missing !== undefined) return missing;
  return rights.hasSeccomp
    ? "it has the rights, but a seccomp profile forbids bpf or perf_event_open (Docker: --security-opt seccomp=unconfined; Kubernetes: seccompProfile: { type: Unconfined })"
    : "it has the rights, but lockdown or another security module forbids it";
}

/** Abilities that tell process ids, which are the host's. */
const TELLS_PROCESSES: ReadonlySet<KernelAbilityName> = new Set([
  "kernelSockets",
  "kernelDatagrams",
  "cpuProfiles",
  "offCpuProfiles",
]);
/** Those that tell functions of the kernel. */
const TELLS_FUNCTIONS: ReadonlySet<KernelAbilityName> = new Set(["kernelDrops", "cpuProfiles", "offCpuProfiles"]);

/** What an ability that is there lacks all the same, each as a sentence. */
export function shortcomings(name: KernelAbilityName, rights: Rights, hidesFunctions: boolean): string[] {
  const found: string[] = [];
  if (TELLS_PROCESSES.has(name) && !rights.isHostProcesses)
    found.push(
      "process ids are the host's, which it does not see (Docker: --pid=host; Kubernetes: hostPID: true): names are those that the kernel tells",
    );
  if (TELLS_FUNCTIONS.has(name) && hidesFunctions)
    found.push(
      `functions of the kernel stay numbers, /proc/kallsyms hides them: ${explainMissing(rights, ["CAP_SYSLOG"]) ?? "sysctl kernel.kptr_restrict=1"}`,
    );
  return found;
}

/**
 * True where the kernel does not say where its functions are (man 5 proc, kptr_restrict): their addresses are 0 then. Before them stand variables of each processor, whose
 * addresses may be 0 all the same.
 */
export function areFunctionsHidden(table = "/proc/kallsyms"): boolean {
  if (!existsSync(table)) return true;
  const chunk = new Uint8Array(KALLSYMS_CHUNK_BYTES);
  const file = openSync(table, "r");
  let begin = "";
  try {
    while (begin.length < KALLSYMS_BYTES && !FIRST_FUNCTION.test(begin)) {
      const bytes = readSync(file, chunk);
      if (bytes === 0) break;
      begin += Buffer.from(chunk.subarray(0, bytes)).toString("latin1");
    }
  } finally {
    closeSync(file);
  }
  return !/[1-9a-f]/.test(FIRST_FUNCTION.exec(begin)?.[1] ?? "");
}

/** True for an ability whose programs add up. */
export function isProfileAbility(name: KernelAbilityName): name is ProfileAbilityName {
  return PROFILE_ABILITIES.some((each) => each === name);
}

/** Why no program can be loaded at all, beside libbpf; undefined where nothing speaks against it. */
export function missingGround(): string | undefined {
  if (existsSync(BTF)) return undefined;
  return `${BTF} is not there: the kernel was built without its type information (CONFIG_DEBUG_INFO_BTF), or /sys is not mounted`;
}

import { existsSync } from "node:fs";
import { constants } from "node:os";
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

const BTF = "/sys/kernel/btf/vmlinux";

/** Why the kernel does not take a program, with what would help. */
export function explainRefusal(error: RefusedProgram): string {
  const { EPERM, EACCES, ENOENT, ESRCH, EINVAL } = constants.errno;
  switch (error.errno) {
    case EPERM:
    case EACCES:
      return "the kernel refuses its programs: they take CAP_BPF and CAP_PERFMON, which root has unless they were taken from it";
    case ENOENT:
      return `this kernel does not have the place that they would be attached to (${error.message})`;
    case ESRCH:
      return `this kernel's type information lacks what they read (${error.message})`;
    case EINVAL:
      return `this kernel does not take its programs: it may be too old, they need Linux 5.17 (${error.message})`;
    default:
      return error.message;
  }
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

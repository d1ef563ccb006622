import { existsSync, readFileSync } from "node:fs";
import { release } from "node:os";
import { WeirError } from "@weir/base";
import { loadLibrary, loadNative } from "./ffi.ts";
import { filterCompiler } from "./filter/compile.ts";
import { PacketSocket } from "./ring/socket.ts";

/** What a capturing program can do on this machine, as this user. */
export interface Ability {
  readonly name: "packets" | "filters" | "namespaces" | "processes";
  readonly has: boolean;
  /** What is there where it has it; what is missing, and what would help, where it has not. */
  readonly why: string;
}

/** What the abilities stand on. */
export interface Ground {
  readonly kernel: string;
  readonly isRoot: boolean;
  /** Of the capabilities that matter here, those that this process has. */
  readonly capabilities: readonly string[];
  /** The kernel describes its own types, so that programs made elsewhere run in it. */
  readonly hasBtf: boolean;
  readonly hasLibbpf: boolean;
}

/** Bits of the capabilities that matter (linux/capability.h). */
const CAPABILITIES = {
  CAP_NET_ADMIN: 12n,
  CAP_NET_RAW: 13n,
  CAP_SYS_PTRACE: 19n,
  CAP_SYS_ADMIN: 21n,
  CAP_PERFMON: 38n,
  CAP_BPF: 39n,
} as const;
type Capability = keyof typeof CAPABILITIES;

/** What this process stands on. */
export function probeGround(): Ground {
  const effective = effectiveCapabilities();
  const native = loadNative();
  return {
    kernel: release(),
    isRoot: process.geteuid?.() === 0,
    capabilities: (Object.keys(CAPABILITIES) as Capability[]).filter((name) => (effective >> CAPABILITIES[name]) & 1n),
    hasBtf: existsSync("/sys/kernel/btf/vmlinux"),
    hasLibbpf: !(native instanceof Error) && loadLibrary(native, ["libbpf.so.1"]) !== undefined,
  };
}

/** Tries what can be tried, and says of each ability whether it is there, and why. */
export function probeAbilities(ground: Ground): Ability[] {
  return [packets(), filters(), namespaces(ground), processes(ground)];
}

function packets(): Ability {
  const native = loadNative();
  if (native instanceof Error) return { name: "packets", has: false, why: native.message };
  try {
    new PacketSocket(native).close();
    return { name: "packets", has: true, why: "AF_PACKET ring, called through koffi" };
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    return { name: "packets", has: false, why: `${error.message}; it takes root or CAP_NET_RAW` };
  }
}

function filters(): Ability {
  const compiler = filterCompiler();
  return compiler === undefined
    ? { name: "filters", has: false, why: "neither libpcap nor tcpdump is installed (Debian: libpcap0.8)" }
    : { name: "filters", has: true, why: `pcap expressions, compiled by ${compiler}` };
}

function namespaces({ capabilities }: Ground): Ability {
  return capabilities.includes("CAP_SYS_ADMIN")
    ? { name: "namespaces", has: true, why: "other network namespaces can be entered" }
    : { name: "namespaces", has: false, why: "entering another network namespace takes CAP_SYS_ADMIN" };
}

function processes({ capabilities, isRoot }: Ground): Ability {
  if (!existsSync("/proc/self/net/tcp")) return { name: "processes", has: false, why: "/proc is not mounted" };
  return isRoot || capabilities.includes("CAP_SYS_PTRACE")
    ? { name: "processes", has: true, why: "/proc, processes of all users" }
    : {
        name: "processes",
        has: true,
        why: "/proc, but only this user's processes: others take root or CAP_SYS_PTRACE",
      };
}

function effectiveCapabilities(): bigint {
  if (!existsSync("/proc/self/status")) return 0n;
  const line = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "utf8"));
  return line?.[1] === undefined ? 0n : BigInt(`0x${line[1]}`);
}

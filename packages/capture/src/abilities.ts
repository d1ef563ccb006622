import { existsSync } from "node:fs";
import { release } from "node:os";
import { WeirError } from "@weir/base";
import { loadLibrary, loadNative } from "./ffi.ts";
import { filterCompiler } from "./filter/compile.ts";
import { explainMissing, type Rights, readRights } from "./rights.ts";
import { PacketSocket } from "./ring/socket.ts";

/** Where the capability is there, and the kernel refuses all the same. */
const FORBIDDEN = "it has the rights: a seccomp profile or another security module forbids it";
/** How a container gets to see more than itself. */
const HOST_PROCESSES = "others take the host's process namespace (Docker: --pid=host; Kubernetes: hostPID: true)";

/** What a capturing program can do on this machine, as this user. */
export interface Ability {
  readonly name: "packets" | "filters" | "namespaces" | "processes";
  readonly has: boolean;
  /** What is there where it has it; what is missing, and what would help, where it has not. */
  readonly why: string;
}

/** What the abilities stand on. */
export interface Ground extends Rights {
  readonly kernel: string;
  /** The kernel describes its own types, so that programs made elsewhere run in it. */
  readonly hasBtf: boolean;
  readonly hasLibbpf: boolean;
}

/** What this process stands on. */
export function probeGround(): Ground {
  const native = loadNative();
  return {
    ...readRights(),
    kernel: release(),
    hasBtf: existsSync("/sys/kernel/btf/vmlinux"),
    hasLibbpf: !(native instanceof Error) && loadLibrary(native, ["libbpf.so.1"]) !== undefined,
  };
}

/** Tries what can be tried, and says of each ability whether it is there, and why. */
export function probeAbilities(ground: Ground): Ability[] {
  return [packets(ground), filters(), namespaces(ground), processes(ground)];
}

function packets(ground: Ground): Ability {
  const native = loadNative();
  if (native instanceof Error) return { name: "packets", has: false, why: native.message };
  try {
    new PacketSocket(native).close();
    return { name: "packets", has: true, why: "AF_PACKET ring, called through koffi" };
  } catch (error) {
    if (!(error instanceof WeirError)) throw error;
    return {
      name: "packets",
      has: false,
      why: `${error.message}; ${explainMissing(ground, ["CAP_NET_RAW"]) ?? FORBIDDEN}`,
    };
  }
}

function filters(): Ability {
  const compiler = filterCompiler();
  return compiler === undefined
    ? { name: "filters", has: false, why: "neither libpcap nor tcpdump is installed (Debian: libpcap0.8)" }
    : { name: "filters", has: true, why: `pcap expressions, compiled by ${compiler}` };
}

function namespaces(ground: Ground): Ability {
  const missing = explainMissing(ground, ["CAP_SYS_ADMIN"]);
  return missing === undefined
    ? { name: "namespaces", has: true, why: "other network namespaces can be entered" }
    : { name: "namespaces", has: false, why: `entering another network namespace: ${missing}` };
}

function processes(ground: Ground): Ability {
  if (!existsSync("/proc/self/net/tcp")) return { name: "processes", has: false, why: "/proc is not mounted" };
  const limits = [
    ground.isHostProcesses ? undefined : `only those of its container: ${HOST_PROCESSES}`,
    missingForOthers(ground, ground.isHostProcesses ? "" : " there"),
  ].filter((limit) => limit !== undefined);
  const why = limits.length === 0 ? "/proc, processes of all users" : `/proc, but ${limits.join("; and ")}`;
  return { name: "processes", has: true, why };
}

/** Links of others' files are only read by who may trace them, and folders of others' by who may read all. */
function missingForOthers(ground: Ground, where: string): string | undefined {
  const reading = ground.capabilities.includes("CAP_DAC_OVERRIDE") ? "CAP_DAC_OVERRIDE" : "CAP_DAC_READ_SEARCH";
  const missing = explainMissing(ground, ["CAP_SYS_PTRACE", reading]);
  return missing && `only this user's processes${where}, of others ${missing}`;
}

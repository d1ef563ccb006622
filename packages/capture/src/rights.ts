import { readFileSync, readlinkSync } from "node:fs";

/** Bits of the capabilities that matter here (linux/capability.h). */
const CAPABILITIES = {
  CAP_DAC_OVERRIDE: 1n,
  CAP_DAC_READ_SEARCH: 2n,
  CAP_NET_ADMIN: 12n,
  CAP_NET_RAW: 13n,
  CAP_SYS_PTRACE: 19n,
  CAP_SYS_ADMIN: 21n,
  CAP_SYSLOG: 34n,
  CAP_PERFMON: 38n,
  CAP_BPF: 39n,
} as const;
export type Capability = keyof typeof CAPABILITIES;

/** The namespaces that the kernel began with have these numbers (linux/proc_ns.h). */
const FIRST_USERS = "user:[4026531837]";
const FIRST_PROCESSES = "pid:[4026531836]";

/** What this process may do, and what keeps it from more. */
export interface Rights {
  readonly isRoot: boolean;
  /** Those that it has. */
  readonly capabilities: readonly Capability[];
  /** Those that root has here: a container's engine takes some from it, too. */
  readonly ofRoot: readonly Capability[];
  /** A filter of system calls is on, as engines give one to containers. */
  readonly hasSeccomp: boolean;
  /** False in a user namespace of its own (rootless containers): the kernel itself grants nothing there. */
  readonly isHostUsers: boolean;
  /** False in a process namespace of its own: it sees its container's processes only. */
  readonly isHostProcesses: boolean;
}

/** Reads them of this process; outside of Linux it has none. */
export function readRights(): Rights {
  return parseRights(textOf("/proc/self/status"), linkOf("/proc/self/ns/user"), linkOf("/proc/self/ns/pid"));
}

/** The same by the text of `/proc/self/status` (man 5 proc) and the names of two namespaces. */
export function parseRights(status: string, users: string, processes: string): Rights {
  const has = (set: string) => {
    const bits = BigInt(`0x${new RegExp(`^${set}:\\s*([0-9a-f]+)$`, "m").exec(status)?.[1] ?? "0"}`);
    return (Object.keys(CAPABILITIES) as Capability[]).filter((name) => (bits >> CAPABILITIES[name]) & 1n);
  };
  return {
    isRoot: /^Uid:\s*\d+\s+0\s/m.test(status),
    capabilities: has("CapEff"),
    ofRoot: has("CapBnd"),
    hasSeccomp: /^Seccomp:\s*2$/m.test(status),
    isHostUsers: users === FIRST_USERS,
    isHostProcesses: processes === FIRST_PROCESSES,
  };
}

/** Of these capabilities what is missing, and what would give it: "it takes …"; undefined where all are there. */
export function explainMissing(rights: Rights, needed: readonly Capability[]): string | undefined {
  const missing = needed.filter((name) => !rights.capabilities.includes(name));
  if (missing.length === 0) return undefined;
  const takes = `it takes ${missing.join(" and ")}`;
  if (missing.every((name) => rights.ofRoot.includes(name)))
    return `${takes}, which root has here: run it as root (Kubernetes: runAsUser: 0), or give the node binary the capability (setcap)`;
  const short = missing.map((name) => name.slice("CAP_".length));
  return `${takes}, which root does not have here: give them to the container (Docker: ${short.map((name) => `--cap-add ${name}`).join(" ")}; Kubernetes: capabilities.add: [${short.join(", ")}])`;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
}

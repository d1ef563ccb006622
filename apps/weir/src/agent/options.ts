import type { Vantage } from "@weir/capture";
import { checkExportOptions, type ExportOptions, type ExportTargets } from "../export/options.ts";
import { usage } from "../read/options.ts";
import type { KernelChoices } from "./abilities.ts";
import { type EngineAddress, parseEngines, USUAL_ENGINES } from "./containers/engine.ts";
import type { HistoryLimits } from "./history/history-folder.ts";

/** What the user asked `weir agent` for. */
export interface AgentOptions extends KernelChoices, ExportOptions {
  readonly interface: string;
  readonly profileOffCpuUs: string;
  readonly bpf?: string;
  readonly snapLength: string;
  readonly ringMib: string;
  /** Threads that share the packets. */
  readonly workers: string;
  /** How far the agent gives way to other programs. */
  readonly nice: string;
  readonly promiscuous?: boolean;
  /** Reads a capture from a pipe or file instead of the network. */
  readonly read?: string;
  readonly json?: boolean;
  readonly names?: string;
  /** Follows a Kubernetes cluster: `in-cluster`, a kubeconfig, or `hub`. */
  readonly kubernetes?: string;
  /** Only pods of this node. */
  readonly kubernetesNode?: string;
  /** The kernel's table of translated connections. */
  readonly conntrack: string;
  /** Sockets of container engines; false where none is asked (`--no-containers`). */
  readonly containers: string | false;
  readonly config?: string;
  /** A port; false where there is no status endpoint. */
  readonly statusPort: string | false;
  readonly color?: boolean;
  /** Address of the hub that gets the records. */
  readonly hub?: string;
  readonly tokenFile?: string;
  /** Certificates of who signed the hub's one, and the agent's own with its key. */
  readonly hubCa?: string;
  readonly hubCert?: string;
  readonly hubCertKey?: string;
  /** Name of the agent in the hub; the host's name where absent. */
  readonly agentId?: string;
  /** Whether calls keep their bodies; where absent the hub says, and none are kept without its word. */
  readonly bodies?: boolean;
  /** False lets the hub change nothing. */
  readonly control: boolean;
  /** The key that the hub signs with, as it shows it; the first one that it shows where absent. */
  readonly hubKey?: string;
  readonly spool: string;
  readonly spoolMib: string;
  /** Folder of the packet history; absent where none is kept. */
  readonly history?: string;
  readonly historyMib: string;
  readonly historyHours: string;
}

/** The options with their numbers read and held against their bounds. */
export interface CheckedOptions {
  readonly vantages: readonly Vantage[];
  readonly snapBytes: number;
  readonly ringBytes: number;
  readonly workers: number;
  readonly nice: number;
  /** Undefined where there is no status endpoint. */
  readonly statusPort: number | undefined;
  readonly spoolBytes: number;
  /** Undefined where none is asked. */
  readonly engines: readonly EngineAddress[] | undefined;
  readonly historyLimits: HistoryLimits;
  /** Waits that are shorter are left out of profiles. */
  readonly leastWaitNs: number;
  readonly exports: ExportTargets;
}

const MAX_INTERFACES = 64;
const MAX_SNAP_BYTES = 262_144;
const MAX_RING_MIB = 4_096;
const MAX_WORKERS = 64;
/** The lowest priority (man 7 sched). */
const MAX_NICE = 19;
/** Room for some batches at least: one of 2,000 connections has one to two MiB. */
const LEAST_SPOOL_MIB = 16;
const MAX_SPOOL_MIB = 1 << 20;
/** Room for a few segments at least. */
const LEAST_HISTORY_MIB = 64;
const MAX_HISTORY_MIB = 64 << 20;
const MAX_HISTORY_HOURS = 24 * 365;
const MAX_WAIT_US = 60_000_000;
const NS_PER_US = 1_000;
const MS_PER_HOUR = 3_600_000;

/** Reads the options' numbers; throws USAGE for what cannot be. */
export function checkAgentOptions(options: AgentOptions): CheckedOptions {
  const { statusPort, containers } = options;
  return {
    vantages: vantagesOf(options.interface),
    snapBytes: wholeNumber("--snap-length", options.snapLength, 64, MAX_SNAP_BYTES),
    ringBytes: wholeNumber("--ring-mib", options.ringMib, 2, MAX_RING_MIB) * (1 << 20),
    workers: wholeNumber("--workers", options.workers, 1, MAX_WORKERS),
    nice: wholeNumber("--nice", options.nice, 0, MAX_NICE),
    spoolBytes: wholeNumber("--spool-mib", options.spoolMib, LEAST_SPOOL_MIB, MAX_SPOOL_MIB) * (1 << 20),
    engines: containers === false ? undefined : enginesOf(containers),
    historyLimits: {
      maxBytes: wholeNumber("--history-mib", options.historyMib, LEAST_HISTORY_MIB, MAX_HISTORY_MIB) * (1 << 20),
      maxAgeMs: wholeNumber("--history-hours", options.historyHours, 1, MAX_HISTORY_HOURS) * MS_PER_HOUR,
    },
    leastWaitNs: wholeNumber("--profile-off-cpu-us", options.profileOffCpuUs, 0, MAX_WAIT_US) * NS_PER_US,
    exports: checkExportOptions(options, process.env),
    statusPort: statusPort === false ? undefined : wholeNumber("--status-port", statusPort, 0, 65_535),
  };
}

/** `any`, or names of interfaces, each with `@NAMESPACE` where it is in another network namespace. */
export function vantagesOf(text: string): Vantage[] {
  const names = [...new Set(text.split(",").map((name) => name.trim()))].filter((name) => name !== "");
  if (names.length === 0 || names.length > MAX_INTERFACES)
    throw usage(`--interface takes 1 to ${MAX_INTERFACES} names`, "Write --interface any, or --interface eth0,lo");
  return names.map((name) => {
    const [interfaceName = "", ...namespace] = name.split("@");
    return {
      interface: interfaceName === "any" ? undefined : interfaceName,
      namespace: namespace.length === 0 ? undefined : namespace.join("@"),
    };
  });
}

function enginesOf(text: string): EngineAddress[] {
  return parseEngines(text).map((address) => {
    if (address !== undefined) return address;
    throw usage(`"${text}" is no list of container engines`, `Write --containers ${USUAL_ENGINES}, or --no-containers`);
  });
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw usage(`"${text}" does not fit ${option}`, `Give a whole number from ${least} to ${most}`);
}

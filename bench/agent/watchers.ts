import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const CONTROL = join(tmpdir(), `weir-bench-${process.pid}.ctl`);
/** What tcpdump writes; the caller removes it. */
export const DUMP = join(tmpdir(), `weir-bench-${process.pid}.pcap`);
const weir = fileURLToPath(new URL("../../apps/weir/bin/weir.js", import.meta.url));

/** Packets that a watcher saw, and those that it says it lost; NaN where it does not say. */
export interface Seen {
  readonly packets: number;
  readonly lost: number;
}

/** A program that watches an interface of a network namespace. */
export interface Watcher {
  readonly name: string;
  command(namespace: string): readonly string[];
  /** What it prints when it watches. */
  readonly ready: RegExp;
  /** What it says of itself when it is asked before its end. */
  readonly asked?: () => string;
  result(output: string): Seen;
}

const inside = (namespace: string, ...command: readonly string[]) => ["ip", "netns", "exec", namespace, ...command];
const numberIn = (output: string, pattern: RegExp) => Number(pattern.exec(output)?.[1] ?? Number.NaN);

const agent = (name: string, ...options: readonly string[]): Watcher => ({
  name,
  command: (namespace) => [
    ...[process.execPath, weir, "agent", "--interface", `eth0@${namespace}`, "--no-processes", "--no-status-port"],
    ...options,
  ],
  ready: /watching/,
  result: (output) => {
    const capture = JSON.parse(/^.*"kind":"capture".*$/m.exec(output)?.[0] ?? "{}") as Record<string, number>;
    return { packets: capture["packets"] ?? Number.NaN, lost: capture["droppedPackets"] ?? Number.NaN };
  },
});

const AGENT = agent("weir agent", "--json", "--no-kernel");
const TCPDUMP: Watcher = {
  name: "tcpdump -w",
  command: (namespace) => inside(namespace, "tcpdump", "-i", "eth0", "-w", DUMP),
  ready: /listening/,
  result: (output) => ({
    packets: numberIn(output, /(\d+) packets captured/),
    lost: numberIn(output, /(\d+) packets dropped by kernel/),
  }),
};
const SOFTFLOWD: Watcher = {
  name: "softflowd",
  command: (namespace) => inside(namespace, "softflowd", "-d", "-i", "eth0", "-c", CONTROL, "-p", `${CONTROL}.pid`),
  ready: /starting data collection/,
  // It says what it has seen when it is asked, and only then.
  asked: () => execFileSync("softflowctl", ["-c", CONTROL, "statistics"], { encoding: "utf8" }),
  result: (output) => ({
    packets: numberIn(output, /Packets processed: (\d+)/),
    lost: numberIn(output, /Packets dropped[^:]*: (\d+)/),
  }),
};

/** Those who watch one after the other. */
export const WATCHERS: readonly Watcher[] = [
  agent("weir agent --no-calls", "--json", "--no-calls"),
  AGENT,
  TCPDUMP,
  SOFTFLOWD,
];

/** Those who watch the same packets at the same time. */
export const AT_ONCE: readonly Watcher[] = [AGENT, TCPDUMP, SOFTFLOWD];

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { ScriptedCapture } from "@weir/wire/testing";
import { type TestHost, TestNetwork } from "../e2e/agent/network.ts";

/*
 * What capturing costs: HTTP calls on one veth pair, watched by the agent, by `tcpdump -w /dev/null` and by softflowd, one after the other at each rate.
 * `npm run build -- --program && tsx bench/agent-only.ts [SECONDS] [PACKETS_PER_SECOND…]`, as root.
 */

const SECONDS = Number(process.argv[2] ?? 8);
const RATES = process.argv.length > 3 ? process.argv.slice(3).map(Number) : [20_000, 50_000, 100_000, 200_000];
const CONNECTIONS = 1_000;
const CALLS = 5;
const TICKS_PER_SECOND = 100;
const CONTROL = join(tmpdir(), `weir-bench-${process.pid}.ctl`);
const weir = fileURLToPath(new URL("../apps/weir/bin/weir.js", import.meta.url));
const sender = fileURLToPath(new URL("agent/send.ts", import.meta.url));

/** Packets that one watcher saw and lost, and the CPU time that it took. */
interface Result {
  readonly packets: number;
  readonly lost: number;
  readonly cpuSeconds: number;
}

interface Watcher {
  readonly name: string;
  command(namespace: string): readonly string[];
  /** What it prints when it watches; it is given a moment where that is nothing. */
  readonly ready: RegExp | undefined;
  /** What it says of itself when it is asked before its end. */
  readonly asked?: () => string;
  result(output: string): Pick<Result, "packets" | "lost">;
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

const WATCHERS: readonly Watcher[] = [
  agent("weir agent --no-calls", "--json", "--no-calls"),
  agent("weir agent", "--json"),
  {
    name: "tcpdump -w /dev/null",
    command: (namespace) => inside(namespace, "tcpdump", "-i", "eth0", "-w", "/dev/null"),
    ready: /listening/,
    result: (output) => ({
      packets: numberIn(output, /(\d+) packets captured/),
      lost: numberIn(output, /(\d+) packets dropped by kernel/),
    }),
  },
  {
    name: "softflowd",
    command: (namespace) => inside(namespace, "softflowd", "-d", "-i", "eth0", "-c", CONTROL, "-p", `${CONTROL}.pid`),
    ready: /starting data collection/,
    // It says what it has seen when it is asked, and only then.
    asked: () => execFileSync("softflowctl", ["-c", CONTROL, "statistics"], { encoding: "utf8" }),
    result: (output) => ({
      packets: numberIn(output, /Packets processed: (\d+)/),
      lost: numberIn(output, /Packets dropped[^:]*: (\d+)/),
    }),
  },
];

/** Connections with calls, each of one request and one answer. */
function traffic(): Uint8Array {
  const capture = new ScriptedCapture();
  const body = "x".repeat(500);
  for (let index = 0; index < CONNECTIONS; index += 1) {
    const tcp = capture.tcp(`10.1.${index >> 8}.${index & 255}:40000`, "10.0.0.2:80").handshake(1e5);
    for (let call = 0; call < CALLS; call += 1) {
      tcp.send("client", `GET /orders/${call} HTTP/1.1\r\nHost: orders\r\n\r\n`).ack("server");
      tcp.send("server", `HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n${body}`).ack("client");
    }
    tcp.close();
  }
  return capture.toPcap();
}

/** CPU time of a process and those that it started. */
function cpuSecondsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  const own = (Number(stat[11]) + Number(stat[12])) / TICKS_PER_SECOND;
  const children = readdirSync("/proc").filter((entry) => /^\d+$/.test(entry) && parentOf(entry) === pid);
  return children.reduce((sum, child) => sum + cpuSecondsOf(Number(child)), own);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(
      readFileSync(`/proc/${pid}/stat`, "utf8")
        .replace(/^.*\) /s, "")
        .split(" ")[1],
    );
  } catch {
    return undefined;
  }
}

async function measure(
  watcher: Watcher,
  network: TestNetwork,
  hosts: { readonly from: TestHost; readonly to: TestHost },
  file: string,
  rate: number,
): Promise<Result & { readonly sent: number }> {
  const [program = "", ...args] = watcher.command(hosts.to.namespace);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const output = text(child.stdout);
  const said: Buffer[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  while (watcher.ready !== undefined && !watcher.ready.test(Buffer.concat(said).toString())) await pause(20);
  await pause(500);
  const before = cpuSecondsOf(child.pid ?? 0);
  const sent = Number(
    network.run(hosts.from, process.execPath, ["--import", "tsx", sender, "eth0", file, String(rate), String(SECONDS)]),
  );
  await pause(500);
  const cpuSeconds = cpuSecondsOf(child.pid ?? 0) - before;
  const answer = watcher.asked?.() ?? "";
  const ended = once(child, "exit");
  child.kill("SIGINT");
  await ended;
  return { ...watcher.result(`${answer}${await output}${Buffer.concat(said).toString()}`), cpuSeconds, sent };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const folder = mkdtempSync(join(tmpdir(), "weir-bench-"));
const network = new TestNetwork();
try {
  const file = join(folder, "traffic.pcap");
  writeFileSync(file, traffic());
  const hosts = { from: network.host("from"), to: network.host("to") };
  process.stdout.write(`${execFileSync("uname", ["-rm"], { encoding: "utf8" }).trim()}, ${SECONDS} s each\n`);
  process.stdout.write(
    `${"".padEnd(24)}${"packets/s".padStart(12)}${"lost".padStart(10)}${"CPU per 100k packets/s".padStart(26)}\n`,
  );
  for (const rate of RATES)
    for (const watcher of WATCHERS) {
      const { sent, packets, lost, cpuSeconds } = await measure(watcher, network, hosts, file, rate);
      const missing = Math.max(Number.isNaN(lost) ? 0 : lost, sent - packets);
      const share = `${((missing / sent) * 100).toFixed(2)} %`;
      const cost = `${((cpuSeconds / packets) * 100_000 * 100).toFixed(1)} %`;
      process.stdout.write(
        `${watcher.name.padEnd(24)}${String(Math.round(sent / SECONDS)).padStart(12)}${share.padStart(10)}${cost.padStart(26)}\n`,
      );
    }
} finally {
  await network.close();
  rmSync(folder, { recursive: true });
}

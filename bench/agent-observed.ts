import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { printed, type TestHost, TestNetwork } from "../e2e/agent/network.ts";
import { cpuSecondsOf } from "./agent/cpu.ts";

/*
 * What the agent costs those that it watches: wrk asks nginx over a veth pair, without the agent and with each of its abilities, several rounds through all of them.
 * `npm run build -- --program && npx tsx bench/agent-observed.ts [SECONDS] [ROUNDS]`, as root, with wrk and nginx.
 */

const SECONDS = Number(process.argv[2] ?? 8);
const ROUNDS = Number(process.argv[3] ?? 3);
const CONNECTIONS = 32;
const BODY_BYTES = 1_000;
const MS_PER_SECOND = 1_000;
const NS_PER_SECOND = 1e9;
const SETTLED_MS = 1_000;
const weir = fileURLToPath(new URL("../apps/weir/bin/weir.js", import.meta.url));

const PACKETS = ["--no-calls", "--no-processes", "--no-kernel"];
/** Of the kernel's abilities only one: packets without calls beside it. */
const ONLY = (ability: string) => [
  "--no-calls",
  ...["sockets", "datagrams", "retransmissions", "drops"]
    .filter((each) => each !== ability)
    .map((each) => `--no-kernel-${each}`),
];

/** What is switched on; undefined where no agent runs. */
const SETUPS: readonly (readonly [string, readonly string[] | undefined])[] = [
  ["no agent", undefined],
  ["packets, headers only", PACKETS],
  ["with calls", ["--no-processes", "--no-kernel"]],
  ["headers, processes by /proc", ["--no-calls", "--no-kernel"]],
  ["headers, sockets", ONLY("sockets")],
  ["headers, datagrams", ONLY("datagrams")],
  ["headers, retransmissions", ONLY("retransmissions")],
  ["headers, drops", ONLY("drops")],
  ["headers, profiles", [...ONLY(""), "--profile"]],
  ["headers, profiles of waiting", [...ONLY(""), "--profile-off-cpu"]],
  ["calls, inside of TLS", [...ONLY("").slice(1), "--no-processes", "--tls-plaintext"]],
  ["everything", ["--profile", "--profile-off-cpu", "--tls-plaintext"]],
];

/** What wrk saw, and what the agent took meanwhile. */
interface Result {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  readonly agentCpuShare: number;
  /** Of one processor, by the kernel's own measure. */
  readonly kernelShare: number;
}

interface Hosts {
  readonly client: TestHost;
  readonly server: TestHost;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const inMs = { us: 1e-3, ms: 1, s: MS_PER_SECOND } as const;

async function startServer(network: TestNetwork, { server }: Hosts, folder: string): Promise<void> {
  mkdirSync(join(folder, "pages"));
  writeFileSync(join(folder, "pages", "orders"), "x".repeat(BODY_BYTES));
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((each) => `${each}_temp_path ${folder}/t;`);
  const site = `server { listen 80; root ${folder}/pages; keepalive_requests 1000000; }`;
  const settings = `daemon off; pid ${folder}/pid; error_log ${folder}/errors; master_process off;
    events {} http { access_log off; ${paths.join(" ")} ${site} }`;
  writeFileSync(join(folder, "nginx.conf"), settings);
  network.start(server, "nginx", ["-c", join(folder, "nginx.conf"), "-e", join(folder, "errors")]);
  await pause(SETTLED_MS);
}

/** An agent that watches, and where its status is. */
interface WatchingAgent {
  readonly process: ChildProcess;
  readonly statusUrl: string;
}

async function startAgent(options: readonly string[], { server }: Hosts): Promise<WatchingAgent> {
  const args = [weir, "agent", "--json", "--no-containers", "--interface", `eth0@${server.namespace}`];
  const child = spawn(process.execPath, [...args, "--status-port", "0", ...options], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  const greeting = await printed(child.stderr, /watching/);
  await pause(SETTLED_MS);
  return { process: child, statusUrl: /status: (\S+)/.exec(greeting)?.[1] ?? "" };
}

/** Time that the agent's programs took in the kernel so far. */
async function kernelNs(statusUrl: string): Promise<number> {
  const status = (await (await fetch(statusUrl)).json()) as {
    readonly abilities: readonly { readonly cost?: { readonly runNs: number } }[];
  };
  return status.abilities.reduce((sum, { cost }) => sum + (cost?.runNs ?? 0), 0);
}

async function measure(network: TestNetwork, hosts: Hosts, options: readonly string[] | undefined): Promise<Result> {
  const agent = options === undefined ? undefined : await startAgent(options, hosts);
  const taken = async () =>
    agent === undefined
      ? { cpu: 0, kernel: 0 }
      : { cpu: cpuSecondsOf(agent.process.pid ?? 0), kernel: await kernelNs(agent.statusUrl) };
  const before = await taken();
  const asking = network.start(hosts.client, "wrk", [
    ...[
      "-t",
      "1",
      "-c",
      String(CONNECTIONS),
      "-d",
      `${SECONDS}s`,
      "--latency",
      `http://${hosts.server.address}/orders`,
    ],
  ]);
  const output = await printed(asking.stdout, /Transfer\/sec/);
  const after = await taken();
  if (agent !== undefined) {
    const ended = once(agent.process, "exit");
    agent.process.kill("SIGINT");
    await ended;
  }
  const [, p99 = "", unit = "ms"] = /99%\s+([\d.]+)(us|ms|s)/.exec(output) ?? [];
  return {
    requestsPerSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1] ?? Number.NaN),
    p99Ms: Number(p99) * inMs[unit as keyof typeof inMs],
    agentCpuShare: (after.cpu - before.cpu) / SECONDS,
    kernelShare: (after.kernel - before.kernel) / NS_PER_SECOND / SECONDS,
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function row(name: string, results: readonly Result[], base: number): string {
  const of = (key: keyof Result) => median(results.map((each) => each[key]));
  const change = `${((of("requestsPerSecond") / base - 1) * 100).toFixed(1)} %`;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  const cells = [
    ...[String(Math.round(of("requestsPerSecond"))), change, of("p99Ms").toFixed(2)],
    ...[percent(of("agentCpuShare")), percent(of("kernelShare"))],
  ];
  return `| ${name.padEnd(28)} | ${cells.map((cell) => cell.padStart(10)).join(" | ")} |\n`;
}

const folder = mkdtempSync(join(tmpdir(), "weir-bench-"));
const network = new TestNetwork();
try {
  const hosts = { client: network.host("client"), server: network.host("server") };
  await startServer(network, hosts, folder);
  const load = readFileSync("/proc/loadavg", "utf8").split(" ")[0];
  const kernel = execFileSync("uname", ["-rm"], { encoding: "utf8" }).trim();
  const shape = `${SECONDS} s each, the median of ${ROUNDS} rounds`;
  process.stdout.write(`${kernel}, ${availableParallelism()} processors, load ${load} before; ${shape}\n`);
  const results = new Map<string, Result[]>(SETUPS.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [name, options] of SETUPS) results.get(name)?.push(await measure(network, hosts, options));
  const base = median((results.get(SETUPS[0]?.[0] ?? "") ?? []).map(({ requestsPerSecond }) => requestsPerSecond));
  const heads = ["requests/s", "change", "p99 ms", "agent CPU", "in kernel"];
  process.stdout.write(`| ${"".padEnd(28)} | ${heads.map((head) => head.padStart(10)).join(" | ")} |\n`);
  for (const [name, each] of results) process.stdout.write(row(name, each, base));
} finally {
  await network.close();
  rmSync(folder, { recursive: true });
}

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, release, tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ensure } from "@weir/base";
import { ScriptedCapture } from "@weir/wire/testing";
import { type TestHost, TestNetwork } from "../e2e/agent/network.ts";
import { cpuSecondsOf } from "./agent/cpu.ts";
import { AT_ONCE, DUMP, type Seen, WATCHERS, type Watcher } from "./agent/watchers.ts";

/*
 * What capturing costs: HTTP calls on one veth pair, watched by the agent, by `tcpdump -w` and by softflowd, one after the other at each rate, or with
 * --at-once all at the same time. `npm run build -- --program && tsx bench/agent-only.ts [--at-once] [SECONDS] [PACKETS_PER_SECOND…]`, as root.
 */

const isAtOnce = process.argv.includes("--at-once");
const numbers = process.argv
  .slice(2)
  .filter((argument) => argument !== "--at-once")
  .map(Number);
const SECONDS = numbers[0] ?? 8;
const RATES = numbers.length > 1 ? numbers.slice(1) : [20_000, 50_000, 100_000, 200_000];
const CONNECTIONS = 1_000;
const CALLS = 5;
const POLL_MS = 20;
const SETTLE_MS = 500;
const sender = fileURLToPath(new URL("agent/send.ts", import.meta.url));

interface Result extends Seen {
  readonly name: string;
  readonly cpuSeconds: number;
}

interface Hosts {
  readonly from: TestHost;
  readonly to: TestHost;
}

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

/** Starts a watcher. What comes back ends it, and says what it has seen. */
async function start(watcher: Watcher, namespace: string): Promise<() => Promise<Result>> {
  const [program = "", ...args] = watcher.command(namespace);
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const output = text(child.stdout);
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => {
    said += String(chunk);
  });
  while (!watcher.ready.test(said)) await sleep(POLL_MS);
  const pid = child.pid ?? 0;
  const before = cpuSecondsOf(pid);
  return async () => {
    const cpuSeconds = cpuSecondsOf(pid) - before;
    const answer = watcher.asked?.() ?? "";
    const ended = once(child, "exit");
    child.kill("SIGINT");
    await ended;
    return { name: watcher.name, ...watcher.result(`${answer}${await output}${said}`), cpuSeconds };
  };
}

/** Sends traffic past some watchers; how many packets it was, and what each has seen of it. */
async function measure(
  watchers: readonly Watcher[],
  network: TestNetwork,
  { from, to }: Hosts,
  file: string,
  rate: number,
): Promise<{ readonly sent: number; readonly results: readonly Result[] }> {
  const ends: (() => Promise<Result>)[] = [];
  for (const watcher of watchers) ends.push(await start(watcher, to.namespace));
  await sleep(SETTLE_MS);
  const args = ["--import", "tsx", sender, "eth0", file, String(rate), String(SECONDS)];
  const sending = network.start(from, process.execPath, args);
  const sent = Number(await text(ensure(sending.stdout, "its output is piped")));
  await sleep(SETTLE_MS);
  const results: Result[] = [];
  for (const end of ends) results.push(await end());
  rmSync(DUMP, { force: true });
  return { sent, results };
}

function print(sent: number, { name, packets, lost, cpuSeconds }: Result): void {
  const missing = Math.max(Number.isNaN(lost) ? 0 : lost, sent - packets);
  const share = `${((missing / sent) * 100).toFixed(2)} %`;
  const cost = `${((cpuSeconds / packets) * 100_000 * 100).toFixed(1)} %`;
  const rate = String(Math.round(sent / SECONDS));
  process.stdout.write(`${name.padEnd(24)}${rate.padStart(12)}${share.padStart(10)}${cost.padStart(26)}\n`);
}

const folder = mkdtempSync(join(tmpdir(), "weir-bench-"));
const network = new TestNetwork();
try {
  const file = join(folder, "traffic.pcap");
  writeFileSync(file, traffic());
  const hosts = { from: network.host("from"), to: network.host("to") };
  const load = loadavg()[0]?.toFixed(1);
  process.stdout.write(
    `Linux ${release()}, ${SECONDS} s each, ${isAtOnce ? "all at once" : "one after the other"}, load before it ${load}\n`,
  );
  process.stdout.write(
    `${"".padEnd(24)}${"packets/s".padStart(12)}${"lost".padStart(10)}${"CPU per 100k packets/s".padStart(26)}\n`,
  );
  const groups = isAtOnce ? [AT_ONCE] : WATCHERS.map((watcher) => [watcher]);
  for (const rate of RATES)
    for (const group of groups) {
      const { sent, results } = await measure(group, network, hosts, file, rate);
      for (const result of results) print(sent, result);
    }
} finally {
  await network.close();
  rmSync(folder, { recursive: true });
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { TestNetwork } from "../e2e/agent/network.ts";
import { openConnections } from "./agent/connections.ts";

/*
 * The memory of an agent at so many open connections, which say hello on a veth pair and stay: `npm run build -- --program && tsx bench/agent-memory.ts
 * [CONNECTIONS…] [-- OPTIONS OF THE AGENT]`, as root.
 */

const separator = process.argv.indexOf("--");
const numbers = process.argv.slice(2, separator < 0 ? undefined : separator).map(Number);
const options = separator < 0 ? [] : process.argv.slice(separator + 1);
const STEPS = numbers.length > 0 ? numbers : [0, 10_000, 100_000];
/** Connections that are sent together. */
const BATCH = 20_000;
const PACKETS_PER_SECOND = 10_000;
/** The room that the connections' beginnings took is given back meanwhile. */
const SETTLE_MS = 60_000;
const POLL_MS = 500;
const STILL_MS = 6_000;
const BASE_MIB = 150;
const BYTES_EACH = 800;
const weir = fileURLToPath(new URL("../apps/weir/bin/weir.js", import.meta.url));
const sender = fileURLToPath(new URL("agent/send.ts", import.meta.url));

async function startAgent(namespace: string): Promise<{ readonly agent: ChildProcess; readonly statusUrl: string }> {
  const args = [weir, "agent", "--json", "--status-port", "0", "--interface", `eth0@${namespace}`, ...options];
  const agent = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  agent.stderr?.on("data", (chunk: Buffer) => {
    said += String(chunk);
  });
  while (!said.includes("watching")) await sleep(50);
  return { agent, statusUrl: /status: (\S+)/.exec(said)?.[1] ?? "" };
}

/** Waits until so many connections are open, or they become no more for a while; says how many there are. */
async function opened(statusUrl: string, wanted: number): Promise<number> {
  let open = 0;
  for (let still = 0; still < STILL_MS && open < wanted; still += POLL_MS) {
    await sleep(POLL_MS);
    const { capture } = (await (await fetch(statusUrl)).json()) as { capture?: { openConnections: number } };
    const now = capture?.openConnections ?? 0;
    if (now !== open) still = 0;
    open = now;
  }
  return open;
}

const residentMib = (pid: number) =>
  Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;

const folder = mkdtempSync(join(tmpdir(), "weir-bench-"));
const network = new TestNetwork();
try {
  const [from, to] = [network.host("from"), network.host("to")];
  const file = join(folder, "connections.pcap");
  const { agent, statusUrl } = await startAgent(to.namespace);
  let sent = 0;
  process.stdout.write(
    `${"open connections".padStart(18)}${"resident MiB".padStart(14)}${"a minute later".padStart(16)}${"goal MiB".padStart(10)}\n`,
  );
  for (const step of STEPS) {
    while (sent < step) {
      const count = Math.min(BATCH, step - sent);
      writeFileSync(file, openConnections(sent, count));
      const args = ["--import", "tsx", sender, "eth0", file, String(PACKETS_PER_SECOND), "once"];
      network.run(from, process.execPath, args);
      sent += count;
    }

    const open = await opened(statusUrl, step);
    const before = residentMib(agent.pid ?? 0);
    await sleep(SETTLE_MS);
    const goal = BASE_MIB + (open * BYTES_EACH) / (1 << 20);
    const row = [
      String(open).padStart(18),
      before.toFixed(0).padStart(14),
      residentMib(agent.pid ?? 0)
        .toFixed(0)
        .padStart(16),
      goal.toFixed(0).padStart(10),
    ];
    process.stdout.write(`${row.join("")}\n`);
  }
  agent.kill("SIGKILL");
  await once(agent, "exit");
} finally {
  await network.close();
  rmSync(folder, { recursive: true });
}

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

/** What one run of a command cost, the whole process. */
export interface Measured {
  readonly wallS: number;
  readonly cpuS: number;
  readonly peakMiB: number;
  readonly output: string;
}

const POLL_MS = 15;
const TICKS_PER_S = 100;

/** Runs a command once. Peak memory and CPU are Linux's own account of the process, read while it runs. */
export async function measure([command = "", ...args]: readonly string[]): Promise<Measured> {
  const startedAt = performance.now();
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => {
    if (output.length < 10_000) output += chunk.toString();
  });
  child.stderr.resume();
  let account = { cpuS: 0, peakMiB: 0 };
  const timer = setInterval(() => {
    const now = accountOf(child.pid);
    // A process that has just ended has an account without memory.
    if (now !== undefined && now.peakMiB > 0) account = now;
  }, POLL_MS);
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  clearInterval(timer);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}`);
  return { wallS: (performance.now() - startedAt) / 1000, ...account, output };
}

function accountOf(pid: number | undefined): { cpuS: number; peakMiB: number } | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return {
      peakMiB: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024,
      cpuS: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S,
    };
  } catch {
    return undefined;
  }
}

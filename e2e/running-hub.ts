import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const weir = fileURLToPath(new URL("../apps/weir/bin/weir.js", import.meta.url));
const START_LIMIT_MS = 60_000;

export interface RunningHub {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
  /** Ends it in the middle of whatever it does. */
  kill(): Promise<void>;
}

/** Starts `weir hub` as a user would, on a free port, and waits until it says where it is. It receives nothing unless it is told on which ports. */
export async function runHub(dataDir: string, ...more: readonly string[]): Promise<RunningHub> {
  const receives = more.some((argument) => /receiver|-port$/.test(argument) && argument !== "--port");
  const options = ["--data", dataDir, "--port", "0", ...(receives ? [] : ["--no-receivers"]), ...more];
  const child = spawn(process.execPath, [weir, "hub", ...options], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const url = await addressOf(child);
  return { url, pid: child.pid ?? 0, stop: () => stopChild(child, "SIGTERM"), kill: () => stopChild(child, "SIGKILL") };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => reject(new Error(`the hub did not start:\n${output}`)), START_LIMIT_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      const address = /https?:\/\/127\.0\.0\.1:\d+/.exec(output)?.[0];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    child.once("exit", (code) => {
      clearTimeout(timer);
      reject(new Error(`the hub ended with ${code}:\n${output}`));
    });
  });
}

function stopChild(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill(signal);
  });
}

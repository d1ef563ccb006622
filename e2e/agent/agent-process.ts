import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { records, weir } from "../cli/weir-read.ts";
import { printed } from "./network.ts";

const PATIENCE_MS = 30_000;

/** A running `weir agent` that prints JSON lines. */
export class AgentProcess {
  readonly #child: ChildProcess;
  readonly #stdout: Promise<string>;
  /** What it said at its start. */
  readonly greeting: string;
  readonly statusUrl: string;

  private constructor(child: ChildProcess, stdout: Promise<string>, greeting: string) {
    this.#child = child;
    this.#stdout = stdout;
    this.greeting = greeting;
    this.statusUrl = /status: (\S+)/.exec(greeting)?.[1] ?? "";
  }

  /** Starts an agent; returns when it watches. */
  static async start(args: readonly string[], stdin?: Readable): Promise<AgentProcess> {
    const options = ["--json", "--status-port", "0", ...args];
    const child = spawn(process.execPath, [weir, "agent", ...options], {
      stdio: "pipe",
    });
    if (stdin === undefined) child.stdin.end();
    else stdin.pipe(child.stdin);
    // A test that fails must not leave it behind.
    onTestFinished(() => void child.kill("SIGKILL"));
    const greeting = await printed(child.stderr, /watching|reading/);
    return new AgentProcess(child, text(child.stdout), greeting);
  }

  async status(): Promise<Record<string, unknown>> {
    return (await (await fetch(this.statusUrl)).json()) as Record<string, unknown>;
  }

  /** Waits until the status is so; fails with what it is where that takes too long. */
  async until(isSo: (capture: Record<string, unknown>) => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const { capture } = (await this.status()) as { capture?: Record<string, unknown> };
      if (capture !== undefined && isSo(capture)) return;
      if (Date.now() > deadline) throw new Error(`the agent's status stays ${JSON.stringify(capture)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends it with Ctrl-C; returns all records that it printed. */
  stop(signal: NodeJS.Signals = "SIGINT"): Promise<Record<string, unknown>[]> {
    this.#child.kill(signal);
    return this.end();
  }

  /** Waits until it ends by itself; returns all records that it printed. */
  async end(): Promise<Record<string, unknown>[]> {
    const code = this.#child.exitCode ?? ((await once(this.#child, "exit")) as [number | null])[0];
    if (code !== 0) throw new Error(`the agent ended with ${code}`);
    return records(await this.#stdout);
  }
}

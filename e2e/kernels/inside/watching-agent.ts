import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { printed } from "../../agent/network.ts";

export type Json = Readonly<Record<string, unknown>>;

const PAUSE_MS = 500;

/** A `weir agent` that prints JSON lines, without anything of a test framework: it runs where there is none. */
export class WatchingAgent {
  readonly #child: ChildProcess;
  readonly #stdout: Promise<string>;
  readonly #stderr: Promise<string>;
  readonly #statusUrl: string;

  private constructor(child: ChildProcess, stdout: Promise<string>, stderr: Promise<string>, statusUrl: string) {
    this.#child = child;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#statusUrl = statusUrl;
  }

  /** Starts the program; returns when it watches. */
  static async start(program: string, args: readonly string[]): Promise<WatchingAgent> {
    const all = [program, "agent", "--json", "--status-port", "0", ...args];
    const child = spawn(process.execPath, all, { stdio: ["ignore", "pipe", "pipe"] });
    const stdout = text(child.stdout);
    const greeting = await printed(child.stderr, /watching/);
    return new WatchingAgent(child, stdout, text(child.stderr), /status: (\S+)/.exec(greeting)?.[1] ?? "");
  }

  async status(): Promise<Json> {
    return (await (await fetch(this.#statusUrl)).json()) as Json;
  }

  /** Waits until its status is so, or so long: the facts tell what did not come. */
  async until(isSo: (status: Json) => boolean, mostMs: number): Promise<void> {
    const deadline = Date.now() + mostMs;
    while (Date.now() < deadline && !isSo(await this.status())) await sleep(PAUSE_MS);
  }

  /** Ends it as Ctrl-C does; returns all records that it printed. */
  async stop(): Promise<Json[]> {
    const ended = once(this.#child, "exit");
    this.#child.kill("SIGINT");
    const [code, signal] = (await ended) as [number | null, string | null];
    if (code !== 0) throw new Error(`the agent ended with ${code ?? signal}: ${await this.#stderr}`);
    const lines = (await this.#stdout).trim().split("\n");
    return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Json);
  }
}

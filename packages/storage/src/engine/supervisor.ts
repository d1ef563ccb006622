import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import { ENGINE_USER, READER_USER } from "./config-files.ts";
import type { Engine, EngineOptions, EngineState } from "./contract.ts";
import { anonymousBytesOf, MemoryWatch } from "./memory.ts";
import { takePulse } from "./pulse.ts";
import { startFailure } from "./start-failure.ts";

const START_LIMIT_MS = 30_000;
const PING_EVERY_MS = 50;
const STOP_LIMIT_MS = 10_000;
/** First pause before a restart; doubled each time up to the longest, and forgotten after a minute of good health. */
const RESTART_PAUSE_MS = 200;
const LONGEST_RESTART_PAUSE_MS = 10_000;
const HEALTHY_MS = 60_000;
/** Between two looks at its pulse and its memory. */
const LOOK_EVERY_MS = 2_000;
/** Looks in a row without an answer, each with patience of its own, after which it is taken for hung. */
const MOST_SILENT_LOOKS = 3;
const STDERR_KEPT_CHARACTERS = 4000;

/** How an engine is started, the same way each time. */
export interface Launch {
  readonly configFile: string;
  readonly port: number;
  readonly password: string;
  readonly readerPassword: string;
  readonly memoryLimitBytes: number;
  /** Called when the engine was stopped for good. */
  readonly removeFiles: () => void;
}

/** Keeps an engine running: a crash is noticed at once, and one that hangs or grows past its memory is ended. */
export class Supervisor implements Engine {
  readonly urls: readonly string[];
  readonly username = ENGINE_USER;
  readonly password: string;
  readonly reader: Engine["reader"];
  readonly #options: EngineOptions;
  readonly #launch: Launch;
  readonly #url: string;
  readonly #memory: MemoryWatch;
  #timer: NodeJS.Timeout | undefined;
  #silentLooks = 0;
  #child: ChildProcess | undefined;
  /** Settled when the present child is gone. */
  #gone: Promise<void> = Promise.resolve();
  #stderr = "";
  #isUp = false;
  #stopping = false;
  #restarts = 0;
  #pauseMs = RESTART_PAUSE_MS;
  #upSinceMs = 0;

  constructor(options: EngineOptions, launch: Launch) {
    this.#options = options;
    this.#launch = launch;
    this.#url = `http://${options.peers?.host ?? "127.0.0.1"}:${launch.port}`;
    this.#memory = new MemoryWatch(launch.memoryLimitBytes);
    this.urls = [this.#url];
    this.password = launch.password;
    this.reader = { username: READER_USER, password: launch.readerPassword };
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  state(): EngineState {
    return {
      isUp: this.#isUp,
      restarts: this.#restarts,
      memoryBytes: this.#memory.lastBytes,
      memoryLimitBytes: this.#launch.memoryLimitBytes,
    };
  }

  async start(): Promise<void> {
    this.#spawn();
    await this.#untilUp();
    this.#lookLater();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    clearTimeout(this.#timer);
    const timer = setTimeout(() => this.#child?.kill("SIGKILL"), STOP_LIMIT_MS);
    if (this.#isUp) await this.#endBootQuery();
    else this.#child?.kill("SIGKILL");
    await this.#gone;
    clearTimeout(timer);
    this.#launch.removeFiles();
  }

  #spawn(): void {
    const { nodeArguments = [], childEntry, dataDir, peers } = this.#options;
    const { configFile, port } = this.#launch;
    const shared = peers === undefined ? [] : [peers.host, String(peers.tcpPort)];
    this.#stderr = "";
    const child = spawn(
      process.execPath,
      [...nodeArguments, childEntry, dataDir, configFile, String(port), String(process.pid), ...shared],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    this.#child = child;
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_KEPT_CHARACTERS);
    });
    this.#gone = new Promise((resolve) => {
      child.once("exit", () => {
        resolve();
        this.#exited();
      });
    });
  }

  #exited(): void {
    const wasUp = this.#isUp;
    this.#isUp = false;
    // A child that never came up is the business of whoever waits for it.
    if (this.#stopping || !wasUp) return;
    this.#options.onChange?.("down");
    if (performance.now() - this.#upSinceMs > HEALTHY_MS) this.#pauseMs = RESTART_PAUSE_MS;
    void this.#restart();
  }

  async #restart(): Promise<void> {
    while (!this.#stopping) {
      await sleep(this.#pauseMs);
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_RESTART_PAUSE_MS);
      if (this.#stopping) return;
      try {
        this.#spawn();
        await this.#untilUp();
        this.#restarts += 1;
        this.#options.onChange?.("up");
        return;
      } catch (error) {
        // The next try comes after the pause; what the engine said is in the error of a first start.
        if (!(error instanceof WeirError)) throw error;
      }
    }
  }

  async #untilUp(): Promise<void> {
    const deadline = performance.now() + START_LIMIT_MS;
    const child = this.#child;
    while (performance.now() < deadline) {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) break;
      if (await isAnswering(this.#url)) {
        this.#isUp = true;
        this.#upSinceMs = performance.now();
        return;
      }
      await sleep(PING_EVERY_MS);
    }
    child?.kill("SIGKILL");
    throw startFailure(this.#stderr, this.#options.dataDir);
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => void this.#look(), LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** What was acknowledged is on disk, so an engine that is broken, hung or beyond its memory is simply started anew. */
  async #look(): Promise<void> {
    const child = this.#child;
    if (this.#isUp && child !== undefined) {
      const pulse = await takePulse(this.#url, this.username, this.password);
      this.#silentLooks = pulse === "silent" ? this.#silentLooks + 1 : 0;
      const bytes = anonymousBytesOf(child.pid ?? 0);
      const isBeyond = bytes !== undefined && this.#memory.isBeyond(bytes);
      if (isBeyond || pulse === "broken" || this.#silentLooks >= MOST_SILENT_LOOKS) {
        this.#silentLooks = 0;
        child.kill("SIGKILL");
      }
    }
    if (!this.#stopping) this.#lookLater();
  }

  /** Ending the boot query ends the engine's main function: a clean stop. */
  async #endBootQuery(): Promise<void> {
    const query = "KILL QUERY WHERE query LIKE '%weir-main%' AND query NOT LIKE '%KILL%' ASYNC";
    await fetch(`${this.#url}/?query=${encodeURIComponent(query)}`, {
      method: "POST",
      headers: { "x-clickhouse-user": this.username, "x-clickhouse-key": this.password, connection: "close" },
      signal: AbortSignal.timeout(2_000),
    }).catch(() => this.#child?.kill("SIGTERM"));
  }
}

async function isAnswering(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ping`, {
      signal: AbortSignal.timeout(1_000),
      headers: { connection: "close" },
    });
    return response.ok;
  } catch {
    return false;
  }
}

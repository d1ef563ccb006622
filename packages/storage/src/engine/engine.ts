import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import { ENGINE_USER, serverConfig, usersConfig } from "./config-files.ts";

/** Where a ClickHouse server is, and as whom to speak to it. */
export interface EngineAddress {
  readonly url: string;
  readonly username: string;
  readonly password: string;
  /** The user's default one where absent. */
  readonly database?: string;
}

export interface EngineOptions {
  /** Folder that holds the engine's data; made where it is missing. */
  readonly dataDir: string;
  /** Script of the engine's child process (`child.ts`, bundled). */
  readonly childEntry: string;
  /** Arguments for Node before the script, e.g. a loader in tests. */
  readonly nodeArguments?: readonly string[];
  /** Called when the engine came up again after a crash, and when it went down. */
  readonly onChange?: (state: "up" | "down") => void;
}

/** A running embedded engine. */
export interface Engine extends EngineAddress {
  /** Process id of the child at present. */
  readonly pid: number | undefined;
  readonly isUp: boolean;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 30_000;
const PING_EVERY_MS = 50;
const STOP_LIMIT_MS = 10_000;
/** First pause before a restart; doubled each time up to the longest, and forgotten after a minute of good health. */
const RESTART_PAUSE_MS = 200;
const LONGEST_RESTART_PAUSE_MS = 10_000;
const HEALTHY_MS = 60_000;
const STDERR_KEPT_CHARACTERS = 4000;

/**
 * Starts the embedded ClickHouse in a child process of its own and keeps it running: a crash is noticed at once and the engine started
 * again on the same port, with the data that it had acknowledged.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { dataDir } = options;
  assertInstalled();
  mkdirSync(join(dataDir, "store"), { recursive: true });
  const password = randomBytes(24).toString("hex");
  const maxMemoryBytes = Math.max(1 << 30, Math.min(4 * 2 ** 30, Math.floor(totalmem() * 0.3)));
  const port = await freePort();
  // Files of this start alone: a second hub that is refused must not change what the first one's engine reads.
  const configFile = join(dataDir, `engine-${port}.xml`);
  const usersFile = join(dataDir, `engine-${port}-users.xml`);
  const settings = { usersFile, password, maxMemoryBytes };
  writeFileSync(configFile, serverConfig(settings), { mode: 0o600 });
  writeFileSync(usersFile, usersConfig(settings), { mode: 0o600 });
  const removeFiles = () => {
    for (const file of [configFile, usersFile]) rmSync(file, { force: true });
  };
  const supervisor = new Supervisor(options, port, password, configFile, removeFiles);
  try {
    await supervisor.start();
  } catch (error) {
    removeFiles();
    throw error;
  }
  return supervisor;
}

class Supervisor implements Engine {
  readonly url: string;
  readonly username = ENGINE_USER;
  readonly password: string;
  readonly #options: EngineOptions;
  readonly #port: number;
  readonly #configFile: string;
  readonly #removeFiles: () => void;
  #child: ChildProcess | undefined;
  #stderr = "";
  #stopping = false;
  #pauseMs = RESTART_PAUSE_MS;
  #upSinceMs = 0;
  isUp = false;

  constructor(options: EngineOptions, port: number, password: string, configFile: string, removeFiles: () => void) {
    this.#configFile = configFile;
    this.#removeFiles = removeFiles;
    this.#options = options;
    this.#port = port;
    this.password = password;
    this.url = `http://127.0.0.1:${port}`;
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  async start(): Promise<void> {
    this.#spawn();
    await this.#untilUp();
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    await this.#killBootQuery();
    const timer = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
    await gone;
    clearTimeout(timer);
    this.#removeFiles();
  }

  #spawn(): void {
    const { nodeArguments = [], childEntry, dataDir } = this.#options;
    this.#stderr = "";
    const child = spawn(
      process.execPath,
      [...nodeArguments, childEntry, dataDir, this.#configFile, String(this.#port)],
      {
        stdio: ["ignore", "ignore", "pipe"],
      },
    );
    this.#child = child;
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_KEPT_CHARACTERS);
    });
    child.once("exit", () => this.#exited());
  }

  #exited(): void {
    const wasUp = this.isUp;
    this.isUp = false;
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
    while (performance.now() < deadline) {
      if (this.#child?.exitCode !== null) throw this.#startError();
      if (await isAnswering(this.url)) {
        this.isUp = true;
        this.#upSinceMs = performance.now();
        return;
      }
      await sleep(PING_EVERY_MS);
    }
    this.#child?.kill("SIGKILL");
    throw this.#startError();
  }

  #startError(): WeirError {
    const said = this.#stderr.trim();
    if (said.includes("Cannot lock file") || said.includes("already running")) {
      return new WeirError(
        "STORAGE_LOCKED",
        `another hub uses the data folder ${this.#options.dataDir}`,
        "Stop it, or give this hub a folder of its own with --data DIR",
      );
    }
    if (said.includes("NOT_ENOUGH_SPACE") || said.includes("No space left")) {
      return new WeirError(
        "STORAGE_FULL",
        `the disk under ${this.#options.dataDir} is full`,
        "Free some space and start again; nothing that was acknowledged is lost",
      );
    }
    const last = said.split("\n").findLast((line) => line.trim() !== "") ?? "it said nothing";
    return new WeirError(
      "STORAGE_UNREACHABLE",
      `the embedded engine did not start: ${last}`,
      "Start again; if it persists, use a ClickHouse server of your own with --clickhouse URL",
    );
  }

  /** Ending the boot query ends the engine's main function: a clean stop. */
  async #killBootQuery(): Promise<void> {
    const query = "KILL QUERY WHERE query LIKE '%weir-main%' AND query NOT LIKE '%KILL%' ASYNC";
    await fetch(`${this.url}/?query=${encodeURIComponent(query)}`, {
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

/** A port that is free on loopback now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** The engine comes with optional packages: an install without them can still use a ClickHouse of its own. */
function assertInstalled(): void {
  try {
    const manifest = createRequire(import.meta.url).resolve("chdb/package.json");
    if (existsSync(manifest)) return;
  } catch {
    // Reported below, in words.
  }
  throw new WeirError(
    "ENGINE_MISSING",
    "the embedded ClickHouse is not installed on this machine",
    "Run npm ci with optional dependencies (Linux x64 or arm64, macOS), or use --clickhouse URL",
  );
}

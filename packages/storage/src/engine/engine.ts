import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createServer } from "node:net";
import { totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WeirError } from "@weir/base";
import { serverConfig, usersConfig } from "./config-files.ts";
import type { Engine, EngineOptions } from "./contract.ts";
import { engineMemoryLimit } from "./memory.ts";
import { Supervisor } from "./supervisor.ts";

const LOCK_LOOK_MS = 300;
const LOCK_PATIENCE_MS = 3_000;

/**
 * Starts the embedded ClickHouse in a child process of its own and keeps it running: a crash is noticed at once and the engine started
 * again on the same port, with the data that it had acknowledged.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { dataDir, peers } = options;
  assertInstalled();
  mkdirSync(join(dataDir, "store"), { recursive: true });
  const password = peers?.password ?? randomPassword();
  const readerPassword = randomPassword();
  const memoryLimitBytes = engineMemoryLimit(Math.min(totalmem(), process.constrainedMemory() || Infinity));
  const port = peers?.httpPort ?? (await freePort());
  // Files of this start alone: a second hub that is refused must not change what the first one's engine reads.
  const configFile = join(dataDir, `engine-${port}.xml`);
  const usersFile = join(dataDir, `engine-${port}-users.xml`);
  const settings = { usersFile, password, readerPassword, memoryLimitBytes, peers };
  writeFileSync(configFile, serverConfig(settings), { mode: 0o600 });
  writeFileSync(usersFile, usersConfig(settings), { mode: 0o600 });
  const removeFiles = () => {
    for (const file of [configFile, usersFile]) rmSync(file, { force: true });
  };
  const launch = { configFile, port, password, readerPassword, memoryLimitBytes, removeFiles };
  const supervisor = new Supervisor(options, launch);
  try {
    await startWhenUnlocked(supervisor);
  } catch (error) {
    removeFiles();
    throw error;
  }
  return supervisor;
}

/** The engine of a hub that has just been killed takes a moment to end; another hub's stays. */
async function startWhenUnlocked(supervisor: Supervisor): Promise<void> {
  const deadline = performance.now() + LOCK_PATIENCE_MS;
  for (;;) {
    try {
      return await supervisor.start();
    } catch (error) {
      const isLocked = error instanceof WeirError && error.code === "STORAGE_LOCKED";
      if (!isLocked || performance.now() >= deadline) throw error;
      await sleep(LOCK_LOOK_MS);
    }
  }
}

const randomPassword = () => randomBytes(24).toString("hex");

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

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { WeirError } from "@weir/base";
import { type Engine, readEdges, Store, startEngine } from "@weir/storage";
import { captureOf, connectionOf } from "./records.ts";
import { type Outcome, steadyRandom } from "./rig.ts";

const WRITERS = 3;
const ROWS_PER_BATCH = 200;
/** Kills of one engine, which its supervisor mends; then the engine is stopped as a hub stops it, and the next one opens the folder. */
const KILLS_PER_ENGINE = 4;
const MOST_MS_BETWEEN_KILLS = 900;
const CAPTURE = "torture";
const childEntry = fileURLToPath(new URL("../../apps/weir/dist/engine-child.js", import.meta.url));

/** Kills the engine at random moments under inserts with tokens. A batch that was not acknowledged is sent again, as the hub does. */
export async function killEngine(kills: number, seed: number, log: (line: string) => void): Promise<Outcome> {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-torture-engine-"));
  const random = steadyRandom(seed);
  const writers = new Writers();
  try {
    for (let done = 0; done < kills; done += KILLS_PER_ENGINE) {
      const engine = await startEngine({ dataDir, childEntry });
      const store = new Store(engine);
      await store.open();
      writers.useStore(store);
      for (let kill = 0; kill < Math.min(KILLS_PER_ENGINE, kills - done); kill += 1) {
        await sleep(random() * MOST_MS_BETWEEN_KILLS);
        await killAndWait(engine);
      }
      await writers.pause();
      await store.close();
      await engine.stop();
      log(
        `engine killed ${Math.min(kills, done + KILLS_PER_ENGINE)} times, ${writers.acknowledged} batches acknowledged`,
      );
    }
    return await verify(dataDir, kills, writers);
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
}

async function killAndWait(engine: Engine): Promise<void> {
  const { restarts } = engine.state();
  process.kill(engine.pid ?? 0, "SIGKILL");
  while (engine.state().restarts === restarts) await sleep(20);
}

/** Writers that each send one batch after the other, every one until it is acknowledged. */
class Writers {
  #store: Store | undefined;
  #running: Promise<void>[] = [];
  readonly #next = Array.from({ length: WRITERS }, () => 0);
  acknowledged = 0;

  useStore(store: Store): void {
    this.#store = store;
    this.#running = this.#next.map((_, writer) => this.#write(writer));
  }

  /** Waits until every writer's batch is acknowledged. */
  async pause(): Promise<void> {
    this.#store = undefined;
    await Promise.all(this.#running);
  }

  async #write(writer: number): Promise<void> {
    while (this.#store !== undefined) {
      await this.#send(this.#store, `${writer}-${this.#next[writer]}`);
      this.#next[writer] = (this.#next[writer] ?? 0) + 1;
      this.acknowledged += 1;
    }
  }

  async #send(store: Store, batch: string): Promise<void> {
    const rows = Array.from({ length: ROWS_PER_BATCH }, (_, row) => connectionOf(CAPTURE, `${batch}-${row}`));
    for (;;) {
      try {
        await store.insertConnections(rows, `${CAPTURE}:${batch}`);
        return;
      } catch (error) {
        if (!(error instanceof WeirError) || error.code !== "STORAGE_UNREACHABLE") throw error;
        await sleep(20);
      }
    }
  }
}

async function verify(dataDir: string, kills: number, { acknowledged }: Writers): Promise<Outcome> {
  const engine = await startEngine({ dataDir, childEntry });
  const store = new Store(engine);
  try {
    await store.open();
    const [found] = await store.rows<{ rows: number; ids: number }>(
      "SELECT count() AS rows, uniqExact(connection_id) AS ids FROM connections",
      {},
    );
    const { rows = 0, ids = 0 } = found ?? {};
    // As an import does at its end: from here on the rollups are exact.
    await store.insertCapture(captureOf(CAPTURE), `${CAPTURE}:capture`);
    const [edge] = await readEdges(store, { captureId: CAPTURE });
    const offBy = Math.abs((edge?.connections ?? 0) - rows);
    return { kills, acknowledged, lost: acknowledged * ROWS_PER_BATCH - ids + offBy, doubled: rows - ids };
  } finally {
    await store.close();
    await engine.stop();
  }
}

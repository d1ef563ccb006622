import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DEFAULT_CONFIG } from "@weir/analysis";
import type { Capture } from "@weir/model";
import { type Engine, Store, startEngine } from "@weir/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sampleConnection } from "../hub/questions/testing/records.ts";
import { RecordExports } from "../hub/record-exports.ts";
import { SentBatches } from "../hub/sent-batches.ts";
import { runImport } from "./run-import.ts";

const childEntry = fileURLToPath(new URL("../../../../packages/storage/src/engine/child.ts", import.meta.url));
const workerEntry = new URL("./testing/batches-worker.mjs", import.meta.url);
const captureId = "resumed";
const capture: Capture = {
  ...{ captureId, name: "shop.pcap", format: "pcap", fileBytes: 100, packets: 10, wireBytes: 100, capturedBytes: 100 },
  ...{
    cutPackets: 0,
    latePackets: 0,
    undecodedPackets: 0,
    interfaces: [],
    vantage: "client",
    connections: 3,
    calls: 0,
  },
  ...{ grade: "whole", gradeReasons: [] },
};
const batches = ["a", "b", "c"].map((connectionId) => [sampleConnection({ captureId, connectionId })]);

describe("an import that a hub could not finish", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-resumed-"));
  let engine: Engine;
  let store: Store;

  beforeAll(async () => {
    engine = await startEngine({ dataDir: join(folder, "data"), childEntry, nodeArguments: ["--import", "tsx"] });
    store = new Store(engine);
    await store.open();
  });
  afterAll(async () => {
    await store?.close();
    await engine?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("is run again by the next one: every record is stored once, and sent on once", async () => {
    const sentFolder = join(folder, "sent");
    const sent: string[] = [];
    /** Runs the import as a hub does that has just been started; it is stopped when it has sent so many connections. */
    const run = (stopAfter: number) => {
      const stopping = new AbortController();
      const exports = {
        connection({ connectionId }: { readonly connectionId: string }) {
          sent.push(connectionId);
          if (sent.length === stopAfter) stopping.abort();
        },
        call: () => undefined,
        finding: () => undefined,
        endpoints: [{ host: "127.0.0.1", address: Uint8Array.of(127, 0, 0, 1), port: 4739, transport: "udp" }] as const,
      };
      const records = new RecordExports(exports, new SentBatches(sentFolder), () => undefined);
      const names = new Map<string, string>();
      const order = { file: "none", name: "shop.pcap", captureId, names, config: DEFAULT_CONFIG, batches, capture };
      const { signal } = stopping;
      const surroundings = {
        store,
        exports: records.ofImport(captureId),
        workerEntry,
        onProgress: () => undefined,
        signal,
      };
      return runImport(order, surroundings);
    };
    await expect(run(2)).rejects.toThrow("the hub stops");
    expect(sent).toEqual(["a", "b"]);
    expect(await run(Number.POSITIVE_INFINITY)).toMatchObject({ connections: 3 });
    expect(sent).toEqual(["a", "b", "c"]);
    const stored = "SELECT connection_id AS id FROM connections ORDER BY id";
    expect(await store.rows(stored, {})).toEqual([{ id: "a" }, { id: "b" }, { id: "c" }]);
    // What is whole is not run again, and nothing more is to be known of it.
    expect(readdirSync(sentFolder)).toEqual([]);
  });
});

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { callRecord, captureRecord } from "@weir/model";
import { describe, expect, it } from "vitest";
import { readEdges } from "../service-map.ts";
import { Store } from "../store.ts";
import { startEngine } from "./engine.ts";

/**
 * Data folders that earlier versions of the engine have written: a capture, 100 connections, 100 calls and their rollups. Where the engine's version is raised, one that the version
 * before wrote is added here.
 */
const folder = fileURLToPath(new URL("testing/", import.meta.url));
const written = readdirSync(folder).filter((name) => name.endsWith(".tar.gz"));

describe("data of an earlier engine", () => {
  it.each(written)("%s is opened, brought up to date, read and written on", async (name) => {
    const dataDir = mkdtempSync(join(tmpdir(), "weir-upgrade-"));
    mkdirSync(dataDir, { recursive: true });
    execFileSync("tar", ["-xzf", join(folder, name), "-C", dataDir]);
    const childEntry = fileURLToPath(new URL("child.ts", import.meta.url));
    const engine = await startEngine({ dataDir, childEntry, nodeArguments: ["--import", "tsx"] });
    const store = new Store(engine);
    try {
      await store.open();
      expect(await readEdges(store, { captureId: "c1" })).toMatchObject([
        { serverService: "orders", connections: 100, calls: 100, callErrors: 10, slowVerdicts: { healthy: 100 } },
      ]);
      expect(await readEdges(store, {}, "rows")).toEqual(await readEdges(store, {}));
      const { items } = await store.list(callRecord, { orderBy: "call_id", limit: 1, offset: 0 });
      expect(items[0]).toMatchObject({
        requestHeaders: [["host", "shop"]],
        attributes: { "http.request.method": "GET" },
      });
      const capture = await store.byId(captureRecord, "capture_id", "c1");
      await store.insert(captureRecord, [{ ...capture, captureId: "c2", startedAt: 0n, endedAt: 0n }], "c2:capture");
      expect((await store.list(captureRecord, { orderBy: "capture_id", limit: 9, offset: 0 })).total).toBe(2);
    } finally {
      await store.close();
      await engine.stop();
      rmSync(dataDir, { recursive: true });
    }
  });
});

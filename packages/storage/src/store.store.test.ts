import { setTimeout as sleep } from "node:timers/promises";
import { captureRecord } from "@weir/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "./engine/engine.ts";
import { Session } from "./session.ts";
import { Store } from "./store.ts";
import { testStore } from "./testing/store-suite.ts";
import { startTestEngine, type TestEngine } from "./testing/test-engine.ts";

describe("the store on the embedded engine", () => {
  let test: TestEngine;
  let store: Store;
  const list = (limit = 10) => store.list(captureRecord, { orderBy: "capture_id", limit, offset: 0 });

  beforeAll(async () => {
    test = await startTestEngine();
    store = new Store(test.engine);
    await store.open();
  });

  afterAll(async () => {
    await store.close();
    await test.stop();
  });

  testStore(() => store);

  it("adds columns that the store of an older Weir does not have, and keeps its rows", async () => {
    const session = new Session(test.engine);
    await session.command("ALTER TABLE captures DROP COLUMN late_packets");
    await session.close();
    await store.open();
    const c1 = await store.byId(captureRecord, "capture_id", "c1");
    expect(c1).toMatchObject({ packets: 10, latePackets: 0 });
    const c2 = { ...c1, captureId: "c2", latePackets: 3, startedAt: 0n, endedAt: 0n };
    await store.insert(captureRecord, [c2], "c2:capture");
    expect(await store.byId(captureRecord, "capture_id", "c2")).toMatchObject({ latePackets: 3, packets: 10 });
  });

  it("refuses a second engine on the same folder, and says what to do", async () => {
    await expect(startEngine(test.options)).rejects.toMatchObject({ code: "STORAGE_LOCKED" });
  });

  it("comes back after it was killed, with everything that it acknowledged", async () => {
    process.kill(test.engine.pid ?? 0, "SIGKILL");
    await expect.poll(() => store.isAnswering(), { timeout: 20_000 }).toBe(true);
    await sleep(50);
    expect((await list()).total).toBe(3);
  });
});

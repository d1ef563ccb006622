import { setTimeout as sleep } from "node:timers/promises";
import { type Capture, captureRecord, type Finding, findingRecord, toJsonRecord } from "@weir/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEngine } from "./engine/engine.ts";
import { Store } from "./store.ts";
import { startTestEngine, type TestEngine } from "./testing/test-engine.ts";

const capture: Capture = {
  captureId: "c1",
  name: "shop.pcap",
  format: "pcap",
  fileBytes: 123,
  startedAt: 1_700_000_000_123_456_789n,
  endedAt: 1_700_000_001_000_000_000n,
  packets: 10,
  wireBytes: 2 ** 40,
  capturedBytes: 2 ** 40,
  cutPackets: 0,
  latePackets: 0,
  undecodedPackets: 0,
  interfaces: ["eth0 (link type 1)"],
  vantage: "client",
  connections: 1,
  calls: 2,
  grade: "whole",
  gradeReasons: [],
};

const finding: Finding = {
  captureId: "c1",
  findingId: "f1",
  rule: "tcp.loss",
  severity: "critical",
  decided: true,
  title: 'it\'s "lossy"\n',
  summary: "half a pair: \ud800",
  advice: "",
  refutedBy: "",
  clientService: "orders",
  serverService: "payments",
  serverPort: 8080,
  startedAt: 1_700_000_000_000_000_001n,
  endedAt: 1_700_000_000_000_000_002n,
  impact: 1.5,
  steps: [{ question: "q", measured: "m", threshold: "t", outcome: "taken" }],
  evidence: {
    connectionIds: ["a"],
    connectionCount: 1,
    callIds: [],
    callCount: 0,
    packets: [1, 2],
    streams: ["tcp 0"],
  },
  grade: "whole",
  gradeReasons: [],
};

describe("the store on the real engine", () => {
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

  it("gives back what it was given, to the nanosecond", async () => {
    await store.insertCapture(capture, "c1:capture");
    expect(await list()).toEqual({ items: [toJsonRecord(captureRecord, capture)], total: 1 });
  });

  it("keeps nested data, and mends text that is not well-formed", async () => {
    await store.insertFindings([finding], "f");
    const row = await store.byId(findingRecord, "finding_id", "f1");
    expect(row).toEqual({ ...toJsonRecord(findingRecord, finding), summary: "half a pair: \ufffd" });
  });

  it("adds nothing when a batch is sent again", async () => {
    await store.insertCapture(capture, "c1:capture");
    expect((await list()).total).toBe(1);
  });

  it("takes times that no clock shows", async () => {
    await store.insertCapture(
      { ...capture, captureId: "c0", startedAt: -(10n ** 20n), endedAt: 10n ** 20n },
      "c0:capture",
    );
    expect((await list()).items[0]).toMatchObject({ captureId: "c0" });
  });

  it("migrates again without a word", async () => {
    await store.open();
    expect((await list()).total).toBe(2);
  });

  it("adds columns that the store of an older Weir does not have, and keeps its rows", async () => {
    await store.rows("ALTER TABLE captures DROP COLUMN late_packets", {});
    await store.open();
    const row = await store.byId(captureRecord, "capture_id", "c1");
    expect(row).toMatchObject({ packets: 10, latePackets: 0 });
    await store.insertCapture({ ...capture, captureId: "c2", latePackets: 3 }, "c2:capture");
    expect(await store.byId(captureRecord, "capture_id", "c2")).toMatchObject({ latePackets: 3, undecodedPackets: 0 });
  });

  it("refuses a second engine on the same folder, and says what to do", async () => {
    await expect(startEngine(test.options)).rejects.toMatchObject({ code: "STORAGE_LOCKED" });
  });

  it("comes back after it was killed, with everything that it acknowledged", async () => {
    const { pid } = test.engine;
    process.kill(pid ?? 0, "SIGKILL");
    await expect.poll(() => store.isAnswering().catch(() => false), { timeout: 20_000 }).toBe(true);
    await sleep(50);
    expect((await list()).total).toBe(3);
  });
});

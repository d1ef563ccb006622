import { type Capture, captureRecord, connectionRecord, type Finding, findingRecord, toJsonRecord } from "@weir/model";
import { expect, it } from "vitest";
import type { Store } from "../store.ts";
import { sampleCall, sampleConnection } from "./sample-records.ts";

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

/** What holds of every store, wherever its tables lie. Tests build on each other, in a store that begins empty. */
export function testStore(storeOf: () => Store): void {
  const list = (limit = 10) => storeOf().list(captureRecord, { orderBy: "capture_id", limit, offset: 0 });

  it("gives back what it was given, to the nanosecond", async () => {
    await storeOf().insertCapture(capture, "c1:capture");
    expect(await list()).toEqual({ items: [toJsonRecord(captureRecord, capture)], total: 1 });
  });

  it("keeps nested data, and mends text that is not well-formed", async () => {
    await storeOf().insertFindings([finding], "f");
    const row = await storeOf().byId(findingRecord, "finding_id", "f1");
    expect(row).toEqual({ ...toJsonRecord(findingRecord, finding), summary: "half a pair: \ufffd" });
  });

  it("adds nothing when a batch is sent again", async () => {
    await storeOf().insertCapture(capture, "c1:capture");
    expect((await list()).total).toBe(1);
  });

  it("takes times that no clock shows", async () => {
    await storeOf().insertCapture(
      { ...capture, captureId: "c0", startedAt: -(10n ** 20n), endedAt: 10n ** 20n },
      "c0:capture",
    );
    expect((await list()).items[0]).toMatchObject({ captureId: "c0" });
  });

  it("loses no digit of large numbers", async () => {
    const [row] = await storeOf().rows(
      "SELECT toUInt64(18446744073709551615) AS large, toUInt64(42) AS small, [toInt64(-9007199254740993)] AS list",
      {},
    );
    expect(row).toEqual({ large: "18446744073709551615", small: 42, list: ["-9007199254740993"] });
  });

  it("finds connections by what their calls are, in order and page by page", async () => {
    const ids = Array.from({ length: 50 }, (_, index) => `k${String(index).padStart(2, "0")}`);
    const connections = ids.map((connectionId) => sampleConnection({ captureId: "c1", connectionId }));
    const calls = ids.map((connectionId, index) =>
      sampleCall({ captureId: "c1", connectionId, callId: `${connectionId}-1`, attempt: index }),
    );
    await storeOf().insertConnections(connections, "k:connections");
    await storeOf().insertCalls(calls, "k:calls");
    const where = "connection_id IN (SELECT connection_id FROM calls WHERE attempt >= {least:Int64})";
    const page = await storeOf().list(connectionRecord, {
      condition: { where, params: { least: 40 } },
      orderBy: "connection_id",
      limit: 3,
      offset: 2,
    });
    expect(page.total).toBe(10);
    expect(page.items.map(({ connectionId }) => connectionId)).toEqual(["k42", "k43", "k44"]);
  });

  it("migrates again without a word", async () => {
    await storeOf().open();
    expect((await list()).total).toBe(2);
  });
}

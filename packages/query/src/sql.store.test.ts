import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Call,
  type Connection,
  callRecord,
  connectionRecord,
  type Delivery,
  type Finding,
  type Retry,
} from "@weir/model";
import { type Engine, Store, startEngine } from "@weir/storage";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { predicate } from "./predicate.ts";
import { whereSql } from "./sql.ts";
import { filterOf, testEnvironment } from "./testing/check.ts";
import { anyFilterText } from "./testing/filters.ts";
import { anyCall, anyConnection, anyDelivery, anyFinding, anyRetry } from "./testing/records.ts";

const childEntry = fileURLToPath(new URL("../../storage/src/engine/child.ts", import.meta.url));
const CONNECTIONS = 40;
const CALLS_PER_CONNECTION = 3;

/** Connections with calls that agree on what calls and connections share. */
function sampleRecords(): { connections: Connection[]; calls: Call[] } {
  const connections = fc.sample(anyConnection, { numRuns: CONNECTIONS, seed: 7 }).map((connection, index) => ({
    ...connection,
    captureId: "capture",
    connectionId: `connection-${index}`,
  }));
  const calls = fc
    .sample(anyCall, { numRuns: CONNECTIONS * CALLS_PER_CONNECTION, seed: 11 })
    .map((call, index): Call => {
      // Some connections have no calls at all.
      const { connectionId, transport, streamNumber, clientAddress, clientPort, serverAddress, serverPort } =
        connections[index % (CONNECTIONS - 5)]!;
      const shared = { connectionId, transport, streamNumber, clientAddress, clientPort, serverAddress, serverPort };
      return { ...call, ...shared, captureId: "capture", callId: `call-${index}` };
    });
  return { connections, calls };
}

describe("a filter in the store and in the program", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-query-"));
  const { connections, calls } = sampleRecords();
  let engine: Engine;
  let store: Store;

  beforeAll(async () => {
    engine = await startEngine({ dataDir, childEntry, nodeArguments: ["--import", "tsx"] });
    store = new Store(engine);
    await store.open();
    await store.insertConnections(connections, "connections");
    await store.insertCalls(calls, "calls");
  });

  afterAll(async () => {
    await store?.close();
    await engine?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("selects the same connections and calls", async () => {
    await fc.assert(
      fc.asyncProperty(anyFilterText(testEnvironment, ["calls"]), async (text) => {
        const filter = filterOf(text);
        const matches = predicate(filter);
        const of = (call: Call) => connections.find(({ connectionId }) => connectionId === call.connectionId)!;
        const among = (connectionId: string) => calls.filter((call) => call.connectionId === connectionId);
        const matchingCalls = calls.filter((call) => matches(of(call), call, among(call.connectionId)));
        const callsOf = new Set(matchingCalls.map(({ connectionId }) => connectionId));
        const matchingConnections = connections.filter((connection) =>
          filter.needs === "call"
            ? callsOf.has(connection.connectionId)
            : matches(connection, undefined, among(connection.connectionId)),
        );
        const scope = "capture_id = 'capture'";
        const page = { limit: 1000, offset: 0 };
        const found = {
          calls: await store.list(callRecord, {
            ...page,
            orderBy: "call_id",
            condition: whereSql(filter, "calls", { scope }),
          }),
          connections: await store.list(connectionRecord, {
            ...page,
            orderBy: "connection_id",
            condition: whereSql(filter, "connections", { scope }),
          }),
        };
        expect(found.calls.items.map((row) => row["callId"])).toEqual(matchingCalls.map(({ callId }) => callId).sort());
        expect(found.connections.items.map((row) => row["connectionId"])).toEqual(
          matchingConnections.map(({ connectionId }) => connectionId).sort(),
        );
      }),
      { numRuns: 150 },
    );
  });

  it("finds calls by their retries and messages, and connections by their findings", async () => {
    const [first, second] = fc.sample(anyRetry, { numRuns: 2, seed: 3 }) as [Retry, Retry];
    await store.insertRetries(
      [
        { ...first, captureId: "capture", attempts: 4, callIds: ["call-1", "call-2"] },
        { ...second, captureId: "capture", attempts: 2, callIds: ["call-3"] },
      ],
      "retries",
    );
    const [delivery] = fc.sample(anyDelivery, { numRuns: 1, seed: 3 }) as [Delivery];
    const ends = { publishCallId: "call-4", consumeCallId: "call-6" };
    await store.insertDeliveries([{ ...delivery, ...ends, captureId: "capture", queueNs: 5e9 }], "deliveries");
    const [finding] = fc.sample(anyFinding, { numRuns: 1, seed: 3 }) as [Finding];
    const evidence = { ...finding.evidence, connectionIds: ["connection-5", "connection-7"] };
    await store.insertFindings([{ ...finding, captureId: "capture", severity: "critical", evidence }], "findings");
    const page = { orderBy: "1", limit: 1000, offset: 0 };
    const callsWith = async (text: string) =>
      (await store.list(callRecord, { ...page, condition: whereSql(filterOf(text), "calls") })).items;
    const connectionsWith = async (text: string) =>
      (await store.list(connectionRecord, { ...page, condition: whereSql(filterOf(text), "connections") })).items;
    expect((await callsWith("retries.exists(r, r.attempts > 3)")).map((row) => row["callId"]).sort()).toEqual([
      "call-1",
      "call-2",
    ]);
    expect(
      (await callsWith('deliveries.exists(d, d.queueNs > duration("1s"))')).map((row) => row["callId"]).sort(),
    ).toEqual(["call-4", "call-6"]);
    expect(await callsWith('deliveries.exists(d, d.queueNs > duration("10s"))')).toEqual([]);
    expect(await callsWith("size(retries.filter(r, true)) == 0")).toHaveLength(calls.length - 3);
    expect(
      (await connectionsWith('findings.exists(f, f.severity == "critical")')).map((row) => row["connectionId"]).sort(),
    ).toEqual(["connection-5", "connection-7"]);
    expect(await connectionsWith("retries.exists(r, r.attempts < 3)")).toHaveLength(1);
  });
});

import type { Call, Capture, Connection } from "@weir/model";
import { captureRecord } from "@weir/model";
import { beforeAll, expect, it } from "vitest";
import { readConnectionGroups } from "../map-grouping.ts";
import { type EdgeRow, type EdgeScope, readEdges } from "../service-map.ts";
import type { Store } from "../store.ts";
import { sampleCall, sampleConnection, steadyRandom } from "./sample-records.ts";

const START = 1_700_000_000_123_456_789n;
const SECOND = 1_000_000_000n;
const MINUTES = 30;
const SERVICES = ["orders", "payments", "stock"];

/** Half an hour of a shop as one host saw it: a connection with two calls every half second, slow and fast ones, some that fail. */
function traffic(captureId: string, seed: number): { connections: Connection[]; calls: Call[] } {
  const random = steadyRandom(seed);
  const connections: Connection[] = [];
  const calls: Call[] = [];
  for (let index = 0; index < MINUTES * 120; index += 1) {
    const startedAt = START + BigInt(index) * (SECOND / 2n);
    const serverService = SERVICES[Math.floor(random() * SERVICES.length)]!;
    const edge = {
      captureId,
      connectionId: `${captureId}-${index}`,
      transport: "tcp",
      clientService: "web",
      clientAddress: "10.0.0.1",
      serverService,
      serverAddress: "10.0.0.2",
      serverPort: 8080,
      protocol: "http",
    } as const;
    const isRefused = random() < 0.05;
    connections.push(
      sampleConnection({
        ...edge,
        startedAt,
        clientK8sNamespaceName: "front",
        ...(serverService === "stock" ? {} : { serverK8sNamespaceName: "shop" }),
        closeReason: isRefused ? "refused" : "closed",
        ...(isRefused ? {} : { handshakeNs: Math.round(1e6 * (1 + random() * 20)), slowVerdict: "healthy" }),
        clientBytes: 100,
        serverBytes: Math.floor(random() * 1e5),
      }),
    );
    if (isRefused) continue;
    for (const attempt of [1, 2]) {
      calls.push(
        sampleCall({
          ...edge,
          callId: `${captureId}-${index}-${attempt}`,
          startedAt: startedAt + BigInt(attempt) * 40n * SECOND,
          status: random() < 0.1 ? "serverError" : "ok",
          durationNs: Math.round(1e6 * Math.exp(random() * 7)),
        }),
      );
    }
  }
  return { connections, calls };
}

const capture = (captureId: string): Capture => ({
  captureId,
  name: `${captureId}.pcap`,
  format: "pcap",
  fileBytes: 1,
  startedAt: START,
  endedAt: START + BigInt(MINUTES) * 60n * SECOND,
  packets: 1,
  wireBytes: 1,
  capturedBytes: 1,
  cutPackets: 0,
  latePackets: 0,
  undecodedPackets: 0,
  interfaces: [],
  vantage: "client",
  connections: 1,
  calls: 1,
  grade: "whole",
  gradeReasons: [],
});

/** What must be equal to the digit, and what within a t-digest's error. */
export function split({ durationNs, handshakeNs, protocols, addresses, clientAddresses, ...exact }: EdgeRow) {
  const sets = [protocols, addresses, clientAddresses].map((values) => [...values].sort());
  return { exact: { ...exact, sets }, times: [...durationNs, ...handshakeNs] };
}

/**
 * The service map holds of every store, wherever its tables lie. `storeOf` gives one that is empty and open; `loseCallMinutes` takes from the rollup of calls what it has, as a crash may.
 */
export function testServiceMap(storeOf: () => Store, loseCallMinutes: () => Promise<void>): void {
  let store: Store;
  const imports = { wire: traffic("wire", 1), other: traffic("other", 2) };

  async function importCapture(captureId: keyof typeof imports): Promise<void> {
    const { connections, calls } = imports[captureId];
    const half = connections.length / 2;
    await store.insertConnections(connections.slice(0, half), `${captureId}:connections:1`);
    await store.insertConnections(connections.slice(half), `${captureId}:connections:2`);
    await store.insertCalls(calls, `${captureId}:calls:1`);
    await store.insertCapture(capture(captureId), `${captureId}:capture`);
  }

  /** Both answers, sorted, and that they agree. */
  async function expectEqual(scope: EdgeScope): Promise<EdgeRow[]> {
    const byName = (a: EdgeRow, b: EdgeRow) => (a.serverService < b.serverService ? -1 : 1);
    const summed = (await readEdges(store, scope)).sort(byName);
    const counted = (await readEdges(store, scope, "rows")).sort(byName);
    expect(summed.map((row) => split(row).exact)).toEqual(counted.map((row) => split(row).exact));
    for (const [index, row] of summed.entries()) {
      for (const [level, time] of split(row).times.entries()) {
        const exact = split(counted[index]!).times[level]!;
        expect(Math.abs(time - exact)).toBeLessThanOrEqual(exact * 0.03);
      }
    }
    return summed;
  }

  beforeAll(async () => {
    store = storeOf();
    await importCapture("wire");
    await importCapture("other");
  });

  it("is what connections and calls say, of one capture and of all", async () => {
    const edges = await expectEqual({ captureId: "wire" });
    expect(edges.map(({ serverService }) => serverService)).toEqual(SERVICES);
    expect(edges.reduce((sum, { connections }) => sum + connections, 0)).toBe(MINUTES * 120);
    await expectEqual({});
  });

  it("is the same over ranges that begin and end within a minute, and where calls began later than their connections", async () => {
    const range = { fromNs: START + 95n * SECOND, toNs: START + 725n * SECOND + 1n };
    const edges = await expectEqual({ captureId: "wire", range });
    expect(edges.reduce((sum, { connections }) => sum + connections, 0)).toBe(1261);
    expect(edges[0]?.seconds).toBeCloseTo(630);
    await expectEqual({ range: { fromNs: START + 10n * SECOND, toNs: START + 20n * SECOND } });
    const late = await expectEqual({ range: { fromNs: START + BigInt(MINUTES) * 60n * SECOND } });
    expect(late.map(({ connections, calls }) => connections === 0 && calls > 0)).toEqual([true, true, true]);
  });

  it("reads rows per edge and minute, not per connection", async () => {
    const [read] = await store.rows<{ rows: number }>("SELECT count() AS rows FROM connection_minutes FINAL", {});
    // Of each capture, on each shard.
    expect(read?.rows).toBeLessThanOrEqual(2 * 2 * (MINUTES + 1) * SERVICES.length);
  });

  it("counts the connections that match a condition, and the calls on them", async () => {
    const condition = { where: "server_bytes > {bytes:Int64}", params: { bytes: 50_000 } };
    const edges = await readEdges(store, { captureId: "wire", condition });
    const large = new Set(
      imports.wire.connections
        .filter(({ serverBytes }) => serverBytes > 50_000)
        .map(({ connectionId }) => connectionId),
    );
    expect(edges.reduce((sum, { connections }) => sum + connections, 0)).toBe(large.size);
    expect(edges.reduce((sum, { calls }) => sum + calls, 0)).toBe(
      imports.wire.calls.filter(({ connectionId }) => large.has(connectionId)).length,
    );
  });

  it("can be of groups of ends: namespaces, on any port; what has none is told as such", async () => {
    const edges = await readEdges(store, { captureId: "wire", grouping: "namespace" });
    expect(edges.map((edge) => [edge.clientService, edge.serverService, edge.serverPort]).sort()).toEqual([
      ["front", "no namespace known", 0],
      ["front", "shop", 0],
    ]);
    expect(edges.reduce((sum, { connections }) => sum + connections, 0)).toBe(MINUTES * 120);
    expect(edges.reduce((sum, { calls }) => sum + calls, 0)).toBe(imports.wire.calls.length);
    const [first] = imports.wire.connections;
    // Beside more ids than a server takes as one parameter.
    const others = Array.from({ length: 9_000 }, (_, index) => `capture-of-nobody-tcp-${index}`);
    const groups = await readConnectionGroups(store, "namespace", [...others, first?.connectionId ?? ""]);
    expect(groups).toEqual([
      {
        connectionId: first?.connectionId,
        client: "front",
        server: first?.serverK8sNamespaceName ?? "no namespace known",
      },
    ]);
  });

  it("counts nothing twice when a capture is imported again", async () => {
    const before = await readEdges(store, { captureId: "wire" });
    await importCapture("wire");
    expect(await readEdges(store, { captureId: "wire" })).toEqual(before);
    expect((await store.list(captureRecord, { orderBy: "name", limit: 9, offset: 0 })).total).toBe(2);
  });

  it("is mended where a crash fell between a table and its rollup, before the capture is told to be whole", async () => {
    await loseCallMinutes();
    await importCapture("wire");
    await expectEqual({ captureId: "wire" });
    await expectEqual({ captureId: "other" });
  });
}

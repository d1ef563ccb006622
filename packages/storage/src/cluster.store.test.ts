import type { WeirError } from "@weir/base";
import { captureRecord } from "@weir/model";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { QueryRunner } from "./query-runner.ts";
import { readEdges } from "./service-map.ts";
import { Session } from "./session.ts";
import { Store } from "./store.ts";
import { sampleConnection } from "./testing/sample-records.ts";
import { testServiceMap } from "./testing/service-map-suite.ts";
import { testStore } from "./testing/store-suite.ts";
import { startTestCluster, type TestCluster } from "./testing/test-cluster.ts";

/** A store of its own in the cluster. */
async function openStore(cluster: TestCluster, database: string): Promise<Store> {
  const store = new Store({ ...cluster.address, database });
  await store.open();
  return store;
}

describe("the store on a cluster of two shards, whose hosts are told one by one", () => {
  let cluster: TestCluster;
  let hosts: Session[];

  beforeAll(async () => {
    cluster = await startTestCluster();
    hosts = cluster.address.urls.map((url) => new Session({ ...cluster.address, urls: [url], database: undefined }));
  });

  afterAll(async () => {
    for (const host of hosts) await host.close();
    await cluster.stop();
  });

  describe("like any store", () => {
    let store: Store;
    beforeAll(async () => {
      store = await openStore(cluster, "any_store");
    });
    afterAll(() => store.close());
    testStore(() => store);

    it("has rows on both shards, each once", async () => {
      const counts = await Promise.all(
        hosts.map((host) => host.rows<{ rows: number }>("SELECT count() AS rows FROM any_store.connections_local", {})),
      );
      const [first, second] = counts.map(([row]) => row?.rows ?? 0);
      expect(first).toBeGreaterThan(10);
      expect(second).toBeGreaterThan(10);
      expect((first ?? 0) + (second ?? 0)).toBe(50);
    });
  });

  describe("with the service map from the rollups of all shards", () => {
    let store: Store;
    beforeAll(async () => {
      store = await openStore(cluster, "map_store");
    });
    afterAll(() => store.close());
    testServiceMap(
      () => store,
      async () => {
        for (const host of hosts) {
          await host.command(
            "ALTER TABLE map_store.call_minutes_local DELETE WHERE capture_id = 'wire' SETTINGS mutations_sync = 2",
          );
        }
      },
    );
  });

  it("names the clusters that there are when it is asked for another one", async () => {
    await expect(new Store({ ...cluster.address, cluster: "trio" }).open()).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: "the ClickHouse server knows no cluster trio",
      hint: expect.stringContaining("pair"),
    });
  });

  describe("when a shard dies in the middle", () => {
    let store: Store;
    const rows = Array.from({ length: 200 }, (_, index) =>
      sampleConnection({ captureId: "c", connectionId: `k${index}` }),
    );
    const capture = { captureId: "c", name: "c.pcap", startedAt: 0n, endedAt: 0n, interfaces: [], gradeReasons: [] };

    beforeAll(async () => {
      store = await openStore(cluster, "half_store");
      await store.insertConnections(rows.slice(0, 100), "c:connections:1");
      await store.insert(captureRecord, [capture], "c:capture");
      await cluster.killShard(1);
    });

    afterAll(() => store.close());

    it("says so, rather than answer from the other shard alone", async () => {
      const runner = new QueryRunner({ ...cluster.address, database: "half_store" });
      const limits = { seconds: 10, memoryBytes: 1e8, resultBytes: 1e6 };
      const question = { query: "SELECT count() FROM connections", params: {} };
      const page = { orderBy: "capture_id", limit: 1, offset: 0 };
      const asks = [
        () => store.list(captureRecord, page),
        () => runner.all(question, limits, new AbortController().signal),
        () => readEdges(store, {}),
      ];
      for (const ask of asks) {
        const why = () =>
          ask().then(
            () => "answered",
            (error: WeirError) => `${error.code}: ${error.message}`,
          );
        // The first question may still go out on a connection that the dead shard has ended.
        await expect
          .poll(why, { timeout: 20_000 })
          .toMatch(/^STORAGE_UNREACHABLE: a shard of the cluster does not answer: 127\.0\.0\.3:\d+$/);
      }
      await runner.close();
    });

    it("does not acknowledge a batch that not all shards have, and has it once when it is sent again", async () => {
      const send = () => store.insertConnections(rows.slice(100), "c:connections:2");
      await expect(send()).rejects.toMatchObject({ code: "STORAGE_UNREACHABLE" });
      await cluster.startShard(1);
      await expect.poll(() => send().then(() => "taken", String), { timeout: 20_000 }).toBe("taken");
      await send();
      const [counted] = await store.rows(
        "SELECT count() AS rows, uniqExact(connection_id) AS ids FROM connections",
        {},
      );
      expect(counted).toEqual({ rows: 200, ids: 200 });
    });

    it("asks the other host where the first one is the one that died", async () => {
      await cluster.killShard(0);
      await expect.poll(() => store.isAnswering(), { timeout: 5_000 }).toBe(true);
      await expect(store.rows("SELECT count() FROM connections", {})).rejects.toMatchObject({
        message: expect.stringContaining("127.0.0.2"),
      });
      await cluster.startShard(0);
      const count = () => store.rows("SELECT count() AS rows FROM connections", {}).catch(String);
      await expect.poll(count, { timeout: 20_000 }).toEqual([{ rows: 200 }]);
    });
  });
});

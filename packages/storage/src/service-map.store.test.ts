import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readEdges } from "./service-map.ts";
import { Session } from "./session.ts";
import { Store } from "./store.ts";
import { split, testServiceMap } from "./testing/service-map-suite.ts";
import { startTestEngine, type TestEngine } from "./testing/test-engine.ts";

describe("the service map from rollups", () => {
  let test: TestEngine;
  let store: Store;
  let session: Session;

  beforeAll(async () => {
    test = await startTestEngine();
    store = new Store(test.engine);
    session = new Session(test.engine);
    await store.open();
  });

  afterAll(async () => {
    await session.close();
    await store.close();
    await test.stop();
  });

  testServiceMap(
    () => store,
    () => session.command("ALTER TABLE call_minutes DELETE WHERE capture_id = 'wire' SETTINGS mutations_sync = 2"),
  );

  it("is filled for a store that had no rollups", async () => {
    const before = await readEdges(store, {});
    for (const name of ["connection_minutes", "call_minutes"]) {
      await session.command(`DROP VIEW ${name}_view`);
      await session.command(`DROP TABLE ${name}`);
    }
    await session.command("DELETE FROM schema_migrations WHERE name = 'edge rollups'");
    await store.open();
    expect((await readEdges(store, {})).map((row) => split(row).exact)).toEqual(before.map((row) => split(row).exact));
  });
});

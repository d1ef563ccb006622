import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverAddress, receiverState } from "./telemetry.ts";

describe("logs of Elasticsearch's own client", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-elasticsearch-"));
  let hub: RunningHub;
  let node = "";
  let client: Client;
  const logs = async (text: string) => {
    const answer = await fetch(`${hub.url}/api/logs?text=${encodeURIComponent(text)}`);
    return ((await answer.json()) as { items: Record<string, unknown>[] }).items;
  };
  const post = (path: string, body: Uint8Array | string, headers: Record<string, string> = {}) =>
    fetch(node + path, {
      method: "POST",
      body: body as Uint8Array<ArrayBuffer> | string,
      headers: { "content-type": "application/x-ndjson", ...headers },
    });

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
    node = `http://${await receiverAddress(hub.url, "elasticsearch")}`;
    client = new Client({ node, compression: true });
  });

  afterAll(async () => {
    await client?.close();
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("keeps documents, and says of each what became of it", async () => {
    const document = {
      "@timestamp": "2026-11-21T19:00:00.5Z",
      message: "no stock, says the client",
      log: { level: "error" },
      service: { name: "orders" },
      trace: { id: "5b8efff798038103d269b633813fc60c" },
    };
    const operations = [
      { create: { _index: "logs-shop-live" } },
      document,
      { create: { _index: "logs-shop-live" } },
      { "@timestamp": "soon", message: "never kept" },
      { delete: { _index: "logs-shop-live", _id: "7" } },
    ];
    const { errors, items } = await client.bulk({ operations });
    expect([errors, items.map((item) => Object.values(item)[0]?.status)]).toEqual([true, [201, 400, 400]]);
    expect(await logs("says the client")).toMatchObject([
      {
        at: "2026-11-21T19:00:00.500000000Z",
        ...{ service: "orders", severityText: "error", severityNumber: 17 },
        traceId: "5b8efff798038103d269b633813fc60c",
        attributes: { "elasticsearch.index": "logs-shop-live" },
      },
    ]);
    expect((await receiverState(hub.url, "elasticsearch")).drops).toMatchObject([
      { reason: "unreadable", items: 1, example: expect.stringContaining("soon") },
      { reason: "unsupportedAction", items: 1 },
    ]);
  });

  it("takes what the client's bulk helper sends", async () => {
    const datasource = Array.from({ length: 250 }, (_, number) => ({ message: `helped ${number}` }));
    const { failed, successful } = await client.helpers.bulk({
      datasource,
      onDocument: () => ({ create: { _index: "logs-shop-live" } }),
    });
    expect([failed, successful]).toEqual([0, 250]);
    expect(await logs("helped 249")).toHaveLength(1);
  });

  it("answers what senders ask before they send", async () => {
    expect(await client.info()).toMatchObject({ version: { number: expect.stringMatching(/^8\./) } });
    expect(await client.license.get()).toMatchObject({ license: { status: "active" } });
    expect(await client.indices.existsIndexTemplate({ name: "filebeat" })).toBe(true);
    expect(await client.indices.putIndexTemplate({ name: "filebeat", index_patterns: ["filebeat-*"] })).toMatchObject({
      acknowledged: true,
    });
  });

  it("takes what Fluent Bit's output writes", async () => {
    const record =
      '{"create":{"_index":"fluent-bit"}}\n{"@timestamp":"2026-11-21T19:00:00.500Z","log":"by Fluent Bit"}\n';
    expect(await (await post("/_bulk", record)).json()).toMatchObject({ errors: false });
    expect(await logs("by Fluent Bit")).toHaveLength(1);
  });

  it("refuses what is no bulk request or too long, in Elasticsearch's words", async () => {
    const none = await post("/logs/_bulk", "hello\n");
    expect([none.status, await none.json()]).toMatchObject([400, { error: { type: "illegal_argument_exception" } }]);
    const bomb = await post("/_bulk", gzipSync(Buffer.alloc(64 << 20, "\n")), { "content-encoding": "gzip" });
    expect([bomb.status, await bomb.json()]).toMatchObject([413, { error: { type: "content_too_long_exception" } }]);
  });
});

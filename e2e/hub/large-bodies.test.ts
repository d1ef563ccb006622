import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "@elastic/elasticsearch";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { writeTraces } from "../../packages/receive/src/index.ts";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverAddress, receiverState } from "./telemetry.ts";

/** Spans as OTLP, some 190 bytes each. */
function spans(count: number): Uint8Array<ArrayBuffer> {
  const span = (index: number) => ({
    resource: { "service.name": "orders", "host.name": "shop-1" },
    scope: { name: "http", version: "1" },
    traceId: (index + 1).toString(16).padStart(32, "0"),
    spanId: (index + 1).toString(16).padStart(16, "0"),
    ...{ parentSpanId: "", name: "GET /orders/{id}", kind: "Server", status: "Ok", statusMessage: "" },
    startNs: 1_700_000_000_000_000_000n + BigInt(index),
    endNs: 1_700_000_001_000_000_000n + BigInt(index),
    attributes: { "http.request.method": "GET", "url.path": `/orders/${index}`, "server.address": "10.0.0.1" },
    ...{ events: [], links: [] },
  });
  return writeTraces(Array.from({ length: count }, (_, index) => span(index)));
}

describe("large bodies", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-large-"));
  let hub: RunningHub;

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("are kept whole, and everybody else is answered while they are read", async () => {
    const url = `http://${await receiverAddress(hub.url, "otlp-http")}/v1/traces`;
    const headers = { "content-type": "application/x-protobuf" };
    const body = spans(25_000);
    let isAnswered = false;
    // As senders do: what was not acknowledged in time is sent again.
    const send = async (): Promise<number> => {
      const { status } = await fetch(url, { method: "POST", body, headers });
      return status === 503 ? send() : status;
    };
    const answered = send().finally(() => {
      isAnswered = true;
    });
    let longestMs = 0;
    while (!isAnswered) {
      await sleep(50);
      const asked = performance.now();
      await fetch(`${hub.url}/api/receivers`);
      longestMs = Math.max(longestMs, performance.now() - asked);
    }
    expect(await answered).toBe(200);
    // Read between two answers, a body of this size would cost more than that.
    expect(longestMs).toBeLessThan(800);
    const { kept, drops } = await receiverState(hub.url, "otlp-http");
    expect([kept, drops]).toEqual([[{ table: "otel_traces", items: 25_000 }], []]);
  });

  it("that never end are held up to a limit: who is beyond it is told to come again", async () => {
    const [host = "", port = ""] = (await receiverAddress(hub.url, "zipkin")).split(":");
    const head = `POST /api/v2/spans HTTP/1.1\r\nhost: weir\r\ncontent-length: ${20 << 20}\r\n\r\n`;
    const almostAll = Buffer.alloc((20 << 20) - 1, " ");
    let answers = "";
    const slow = Array.from({ length: 14 }, () => connect(Number(port), host));
    for (const socket of slow) {
      socket.on("error", () => undefined);
      socket.on("data", (bytes) => {
        answers += bytes;
      });
      socket.write(head);
      socket.write(almostAll);
    }
    await expect.poll(() => answers, { timeout: 20_000 }).toMatch(/^HTTP\/1\.1 429 /);
    const small = await fetch(`http://${host}:${port}/api/v2/spans`, { method: "POST", body: "[]" });
    expect(small.status).toBe(202);
    for (const socket of slow) socket.destroy();
    const { turnedAway } = await receiverState(hub.url, "zipkin");
    expect(turnedAway.map(({ reason }) => reason)).toEqual(["busy"]);
  });

  it("are answered item by item, as small ones are", async () => {
    const client = new Client({ node: `http://${await receiverAddress(hub.url, "elasticsearch")}` });
    const operations = Array.from({ length: 2_000 }, (_, index) => [
      { create: { _index: "logs", _id: `id-${index}` } },
      { "@timestamp": index === 1_234 ? "soon" : 1_700_000_000_000 + index, message: `document ${index} of many` },
    ]).flat();
    const { errors, items } = await client.bulk({ operations });
    await client.close();
    expect(errors).toBe(true);
    expect(items.map(({ create }) => create?._id)).toEqual(items.map((_, index) => `id-${index}`));
    expect(items.filter(({ create }) => create?.status !== 201)).toMatchObject([{ create: { _id: "id-1234" } }]);
  });
});

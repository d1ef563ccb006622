import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, credentials } from "@grpc/grpc-js";
import { ZipkinExporter } from "@opentelemetry/exporter-zipkin";
import { encode, postSpansRequest } from "@weir/receive/testing";
import { initTracer, type JaegerTracer } from "jaeger-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { compactBatch } from "./compact-batch.ts";
import { receiverAddress, sendOrder } from "./telemetry.ts";

describe("spans of other tracers, sent to a hub and read back", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-spans-"));
  let hub: RunningHub;
  const get = async <T>(path: string) => (await fetch(hub.url + path)).json() as Promise<T>;
  const spansOf = (traceId: string) =>
    get<{ spans?: Record<string, unknown>[] }>(`/api/traces/${traceId}`).then(({ spans }) => spans ?? []);

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("Zipkin: as OpenTelemetry's exporter sends them, with kind, failure and events", async () => {
    const url = `http://${await receiverAddress(hub.url, "zipkin")}/api/v2/spans`;
    const traceId = await sendOrder("orders", new ZipkinExporter({ url }));
    expect(await spansOf(traceId)).toMatchObject([
      { operation: "POST /orders", kind: "Server", service: "orders", status: "Unset" },
      {
        operation: "SELECT stock",
        kind: "Client",
        status: "Error",
        statusMessage: "deadlock detected",
        events: [{ name: "retry" }],
      },
    ]);
  });

  /** A request and what it asks for, by Jaeger's own client. */
  async function sendByJaeger(tracer: JaegerTracer): Promise<string> {
    const root = tracer.startSpan("POST /orders", { tags: { "span.kind": "server", cores: 4, whole: true } });
    const query = tracer.startSpan("SELECT stock", { childOf: root, tags: { "span.kind": "client", error: true } });
    query.log({ event: "retry", attempt: 2 });
    query.finish();
    root.finish();
    await new Promise<void>((resolve) => tracer.close(resolve));
    return root.context().toTraceId();
  }
  const sampler = { type: "const", param: 1 };

  it.each([
    ["HTTP", "jaeger-http", (at: string) => ({ collectorEndpoint: `http://${at}/api/traces` })],
    ["UDP", "jaeger-binary", (at: string) => ({ agentHost: "127.0.0.1", agentPort: Number(at.split(":")[1]) })],
  ])("Jaeger: as its own client sends them by %s", async (_, receiver, reporter) => {
    const at = await receiverAddress(hub.url, receiver);
    const traceId = await sendByJaeger(initTracer({ serviceName: "stock", sampler, reporter: reporter(at) }, {}));
    await expect
      .poll(() => spansOf(traceId.padStart(32, "0")), { timeout: 5_000 })
      .toMatchObject([
        {
          operation: "POST /orders",
          kind: "Server",
          service: "stock",
          attributes: { cores: "4", whole: "true" },
          resourceAttributes: { "host.name": expect.any(String) },
        },
        {
          operation: "SELECT stock",
          kind: "Client",
          status: "Error",
          events: [{ name: "retry", attributes: { attempt: "2" } }],
        },
      ]);
  });

  it("Jaeger: in Thrift's compact protocol by UDP, as Thrift's own library writes it", async () => {
    const [host = "", port] = (await receiverAddress(hub.url, "jaeger-compact")).split(":");
    const socket = createSocket("udp4");
    const datagram = compactBatch("carts", "GET /cart", 0xabcdef, Date.now() * 1000);
    await new Promise((resolve) => socket.send(datagram, Number(port), host, resolve));
    socket.send("no thrift at all", Number(port), host, () => socket.close());
    await expect
      .poll(() => spansOf("abcdef".padStart(32, "0")), { timeout: 5_000 })
      .toMatchObject([
        { operation: "GET /cart", service: "carts", durationNs: 1_500_000, attributes: { whole: "true" } },
      ]);
    const { items } = await get<{ items: { name: string; turnedAway: object[] }[] }>("/api/receivers");
    expect(items.find(({ name }) => name === "jaeger-compact")?.turnedAway).toMatchObject([
      { reason: "malformed", requests: 1 },
    ]);
  });

  it("Jaeger: by gRPC, as its agents forward them", async () => {
    const client = new Client(await receiverAddress(hub.url, "jaeger-grpc"), credentials.createInsecure());
    const ids = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
    const parent = { traceId: ids.traceId, spanId: "00f067aa0ba902b7", refType: 0 };
    const tags = [{ key: "http.status_code", vType: 2, vInt64: 503n }];
    const span = {
      ...ids,
      operationName: "GET /",
      references: [parent],
      startTime: { seconds: 1_700_000_000n, nanos: 5 },
      tags,
    };
    const request = encode(postSpansRequest, { batch: { spans: [span], process: { serviceName: "edge", tags: [] } } });
    const same = (bytes: Buffer) => bytes;
    await new Promise<void>((resolve, reject) => {
      const done = (error: Error | null) => (error === null ? resolve() : reject(error));
      client.makeUnaryRequest("/jaeger.api_v2.CollectorService/PostSpans", same, same, Buffer.from(request), done);
    });
    client.close();
    expect(await spansOf(ids.traceId)).toMatchObject([
      {
        operation: "GET /",
        service: "edge",
        startedAt: "2023-11-14T22:13:20.000000005Z",
        parentSpanId: parent.spanId,
        attributes: { "http.status_code": "503" },
        links: [],
      },
    ]);
  });
});

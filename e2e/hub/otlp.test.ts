import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { SeverityNumber } from "@opentelemetry/api-logs";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter as GrpcMetricExporter } from "@opentelemetry/exporter-metrics-otlp-grpc";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as GrpcTraceExporter } from "@opentelemetry/exporter-trace-otlp-grpc";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtoTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import {
  AggregationType,
  InstrumentType,
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverAddress, sendOrder } from "./telemetry.ts";

/** Measures one of each kind and sends it. */
async function sendMeasures(service: string, exporter: PushMetricExporter): Promise<void> {
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000 });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    readers: [reader],
    views: [
      {
        instrumentName: "latency.fine",
        instrumentType: InstrumentType.HISTOGRAM,
        aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM },
      },
    ],
  });
  const meter = provider.getMeter("shop");
  meter.createCounter("orders", { unit: "{order}" }).add(3, { region: "eu" });
  meter.createGauge("queue.length").record(7);
  for (const [name, values] of [
    ["latency", [1, 20, 300]],
    ["latency.fine", [0, 0.25, 4]],
  ] as const) {
    const histogram = meter.createHistogram(name, { unit: "ms" });
    for (const value of values) histogram.record(value);
  }
  await provider.shutdown();
}

describe("telemetry of the OpenTelemetry SDK, sent to a hub and read back", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-otlp-"));
  let hub: RunningHub;
  let http = "";
  let grpc = "";
  const get = async <T>(path: string) => (await fetch(hub.url + path)).json() as Promise<T>;
  const post = (path: string, body: Uint8Array | string, headers: Record<string, string>) =>
    fetch(http + path, { method: "POST", body: body as Uint8Array<ArrayBuffer> | string, headers });
  const json = { "content-type": "application/json" };
  const receiver = async (name: string) =>
    (await get<{ items: { name: string; drops: object[]; turnedAway: object[] }[] }>("/api/receivers")).items.find(
      (item) => item.name === name,
    );

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
    http = `http://${await receiverAddress(hub.url, "otlp-http")}`;
    grpc = `http://${await receiverAddress(hub.url, "otlp-grpc")}`;
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each([
    [
      "HTTP, Protocol Buffers, gzip",
      () => new ProtoTraceExporter({ url: `${http}/v1/traces`, compression: "gzip" as never }),
    ],
    ["HTTP, JSON", () => new JsonTraceExporter({ url: `${http}/v1/traces` })],
    ["gRPC", () => new GrpcTraceExporter({ url: grpc })],
  ])("keeps spans with all that they say: %s", async (name, exporter) => {
    const traceId = await sendOrder(`orders by ${name}`, exporter());
    const { spans } = await get<{ spans: Record<string, unknown>[] }>(`/api/traces/${traceId}`);
    expect(spans).toMatchObject([
      {
        operation: "POST /orders",
        kind: "Server",
        status: "Unset",
        service: `orders by ${name}`,
        attributes: { "http.response.status_code": "503" },
        resourceAttributes: { "host.name": "shop-1", cores: "4" },
        scopeName: "shop",
        scopeVersion: "1.2.3",
      },
      {
        operation: "SELECT stock",
        kind: "Client",
        parentSpanId: spans[0]?.["spanId"],
        status: "Error",
        statusMessage: "deadlock detected",
        attributes: { rows: "[1,2]", fast: "false", share: "0.5" },
        events: [{ name: "retry", attributes: { attempt: "2" } }],
      },
    ]);
    expect(spans[0]).not.toHaveProperty("parentSpanId");
  });

  it("lists traces by service, operation, duration, failure and time", async () => {
    const list = (query: string) =>
      get<{ items: { traceId: string; startedAt: string }[] }>(`/api/traces?${query}`).then(({ items }) => items);
    const all = await list("");
    expect(all).toHaveLength(3);
    expect(all[0]).toMatchObject({ rootOperation: "POST /orders", spans: 2, errors: 1, services: ["orders by gRPC"] });
    expect(await list("service=orders%20by%20gRPC&operation=SELECT%20stock&errors=true")).toHaveLength(1);
    expect(await list("service=nobody")).toHaveLength(0);
    expect(await list("minDurationNs=60000000000")).toHaveLength(0);
    expect(await list(`from=${all[0]?.startedAt}`)).toHaveLength(1);
    expect((await fetch(`${hub.url}/api/traces?from=yesterday`)).status).toBe(400);
  });

  it("keeps logs, and finds them by service, trace, text and severity", async () => {
    const exporter = new OTLPLogExporter({ url: `${http}/v1/logs` });
    const provider = new LoggerProvider({
      resource: resourceFromAttributes({ "service.name": "orders" }),
      processors: [new SimpleLogRecordProcessor({ exporter })],
    });
    const logger = provider.getLogger("shop");
    logger.emit({ severityNumber: SeverityNumber.INFO, severityText: "INFO", body: "Order 17 placed" });
    logger.emit({
      severityNumber: SeverityNumber.ERROR,
      body: { reason: "no stock", item: 4 },
      attributes: { item: 4 },
    });
    await provider.shutdown();
    const list = (query: string) => get<{ items: object[] }>(`/api/logs?${query}`).then(({ items }) => items);
    expect(await list("service=orders")).toHaveLength(2);
    expect(await list("minSeverity=17")).toMatchObject([
      { body: '{"item":4,"reason":"no stock"}', attributes: { item: "4" } },
    ]);
    expect(await list("text=ORDER%2017")).toHaveLength(1);
    expect(await list("traceId=ffffffffffffffffffffffffffffffff")).toHaveLength(0);
  });

  it.each([
    ["HTTP", () => new OTLPMetricExporter({ url: `${http}/v1/metrics` })],
    ["gRPC", () => new GrpcMetricExporter({ url: grpc })],
  ])("takes metrics of every kind that the SDK makes: %s", async (name, exporter) => {
    await sendMeasures("orders", exporter());
    const { items } = await get<{ items: { name: string; kept: { table: string; items: number }[] }[] }>(
      "/api/receivers",
    );
    const kept = items.find((item) => item.name === `otlp-${name.toLowerCase()}`)?.kept;
    for (const table of ["gauge", "sum", "histogram", "exponential_histogram"]) {
      expect(kept).toContainEqual({ table: `otel_metrics_${table}`, items: 1 });
    }
  });

  it("keeps the good ones of a batch, says how many it did not keep and why, and counts them", async () => {
    const spans = [
      {
        traceId: "5b8efff798038103d269b633813fc60c",
        spanId: "eee19b7ec3c1b174",
        name: "good",
        startTimeUnixNano: "1",
        endTimeUnixNano: "2",
      },
      { traceId: "00000000000000000000000000000000", spanId: "eee19b7ec3c1b174", name: "without trace" },
      { traceId: "5b8efff798038103d269b633813fc60c", spanId: 7, name: "no text" },
    ];
    const answer = await post("/v1/traces", JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }), json);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      partialSuccess: { rejectedSpans: "2", errorMessage: expect.stringMatching(/1 invalidTraceId .*1 unreadable/) },
    });
    const { spans: kept } = await get<{ spans: object[] }>("/api/traces/5B8EFFF798038103D269B633813FC60C");
    expect(kept).toMatchObject([{ operation: "good", durationNs: 1 }]);
    expect((await receiver("otlp-http"))?.drops).toMatchObject([
      { reason: "invalidTraceId", items: 1 },
      { reason: "unreadable", items: 1 },
    ]);
  });

  it("takes zstd", async () => {
    const plain = Buffer.from(
      JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: "by zstd" } }] }] }] }),
    );
    // A frame (RFC 8878) of one block, which holds the bytes as they are.
    const head = [0x28, 0xb5, 0x2f, 0xfd, 0x20, plain.length, (plain.length << 3) | 1, plain.length >> 5, 0];
    const frame = Buffer.concat([Uint8Array.from(head), plain]);
    expect((await post("/v1/logs", frame, { ...json, "content-encoding": "zstd" })).status).toBe(200);
    expect((await get<{ items: object[] }>("/api/logs?text=by%20zstd")).items).toHaveLength(1);
  });

  it("stores a request once that is sent again", async () => {
    const span = { traceId: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", spanId: "bbbbbbbbbbbbbbbb", name: "again" };
    const body = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] });
    await Promise.all([post("/v1/traces", body, json), post("/v1/traces", body, json)]);
    await post("/v1/traces", body, json);
    const [summary] = (await get<{ items: { spans: number }[] }>("/api/traces?operation=again")).items;
    expect(summary).toMatchObject({ spans: 1 });
  });

  it("answers what it cannot read in the sender's encoding, as google.rpc.Status", async () => {
    const broken = await post("/v1/logs", "{", json);
    expect([broken.status, await broken.json()]).toEqual([400, { code: 3, message: expect.stringContaining("JSON") }]);
    const proto = await post("/v1/logs", Uint8Array.of(0xff), { "content-type": "application/x-protobuf" });
    expect([proto.status, proto.headers.get("content-type")]).toEqual([400, "application/x-protobuf"]);
    expect(new Uint8Array(await proto.arrayBuffer()).subarray(0, 2)).toEqual(Uint8Array.of(0x08, 3));
    expect((await post("/v1/logs", "{}", { "content-type": "text/plain" })).status).toBe(415);
    expect((await post("/v1/logs", "{}", { ...json, "content-encoding": "br" })).status).toBe(415);
    expect((await fetch(`${http}/v1/logs`)).status).toBe(405);
    expect((await post("/v2/logs", "{}", json)).status).toBe(404);
  });

  it("refuses what is too long, also where it is so only after decompression", async () => {
    const bomb = gzipSync(Buffer.alloc(64 << 20));
    expect((await post("/v1/logs", bomb, { ...json, "content-encoding": "gzip" })).status).toBe(413);
    expect((await receiver("otlp-http"))?.turnedAway).toContainEqual(expect.objectContaining({ reason: "tooLarge" }));
  });

  it("says which port is taken where it was told that port, and goes on without where it was not", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const taken = String((other.address() as AddressInfo).port);
    await expect(runHub(join(folder, "second"), "--otlp-grpc-port", taken, "--otlp-http-port", "0")).rejects.toThrow(
      new RegExp(`port ${taken} is taken.*`),
    );
    other.close();
  });
});

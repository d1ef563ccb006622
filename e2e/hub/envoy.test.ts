import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type ClientWritableStream,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningHub, runHub } from "../running-hub.ts";
import { receiverAddress, receiverState } from "./telemetry.ts";

const PATH = "/envoy.service.accesslog.v3.AccessLogService/StreamAccessLogs";
const TRACE = "5b8efff798038103d269b633813fc60c";

/** The client that Envoy's definition of the service makes. */
function serviceClient(address: string) {
  const { envoy } = loadPackageDefinition(
    loadSync(fileURLToPath(new URL("als.proto", import.meta.url))),
  ) as unknown as {
    envoy: { service: { accesslog: { v3: { AccessLogService: ServiceClientConstructor } } } };
  };
  return new envoy.service.accesslog.v3.AccessLogService(address, credentials.createInsecure());
}

describe("access logs, as Envoy streams them", () => {
  const folder = mkdtempSync(join(tmpdir(), "weir-envoy-"));
  let hub: RunningHub;
  const logs = async (text: string) => {
    const answer = await fetch(`${hub.url}/api/logs?text=${encodeURIComponent(text)}`);
    return ((await answer.json()) as { items: Record<string, unknown>[] }).items;
  };
  /** Sends messages in one stream and waits for the answer at its end. */
  async function stream(...messages: readonly object[]): Promise<void> {
    const client = serviceClient(await receiverAddress(hub.url, "envoy-als"));
    await new Promise<void>((resolve, reject) => {
      const call = client["StreamAccessLogs"]?.((error: Error | null) =>
        error === null ? resolve() : reject(error),
      ) as unknown as ClientWritableStream<object>;
      for (const message of messages) call.write(message);
      call.end();
    });
    client.close();
  }
  const socket = (address: string, portValue: number) => ({ socketAddress: { address, portValue } });
  const identifier = { node: { id: "edge-1", cluster: "edge", locality: { zone: "eu-1a" } }, logName: "orders" };
  const common = {
    downstreamRemoteAddress: socket("10.0.0.9", 41_000),
    downstreamLocalAddress: socket("10.0.0.1", 443),
    upstreamRemoteAddress: socket("10.0.0.2", 8080),
    upstreamCluster: "orders",
    startTime: { seconds: 1_732_215_600, nanos: 5 },
    duration: { seconds: 1, nanos: 250_000_000 },
    customTags: { tenant: "a" },
  };

  beforeAll(async () => {
    hub = await runHub(join(folder, "data"), "--free-receiver-ports");
  });

  afterAll(async () => {
    await hub?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it("of HTTP are log records under OpenTelemetry's names, with the trace of their request", async () => {
    const entry = {
      commonProperties: { ...common, responseFlags: { upstreamRequestTimeout: true } },
      protocolVersion: 3,
      request: {
        ...{ requestMethod: 3, scheme: "https", authority: "shop.example", path: "/orders?id=7", userAgent: "curl/8" },
        requestHeaders: { traceparent: `00-${TRACE}-eee19b7ec3c1b174-01` },
      },
      response: { responseCode: { value: 504 }, responseBodyBytes: 24, responseCodeDetails: "response_timeout" },
    };
    await stream({ identifier, httpLogs: { logEntry: [entry] } });
    expect(await logs("POST /orders?id=7 504 UT")).toMatchObject([
      {
        at: "2024-11-21T19:00:00.000000005Z",
        ...{ service: "edge", severityText: "ERROR", traceId: TRACE, spanId: "eee19b7ec3c1b174" },
        attributes: {
          ...{
            "http.request.method": "POST",
            "http.response.status_code": "504",
            "url.path": "/orders",
            "url.query": "id=7",
          },
          ...{ "network.protocol.version": "2", "client.address": "10.0.0.9", "server.port": "443", tenant: "a" },
          ...{ "envoy.upstream.cluster": "orders", "envoy.response_flags": "UT", "envoy.duration_ns": "1250000000" },
        },
        resourceAttributes: {
          "service.instance.id": "edge-1",
          "cloud.availability_zone": "eu-1a",
          "envoy.log_name": "orders",
        },
      },
    ]);
  });

  it("of TCP are too, and later messages of a stream are of who named itself in the first", async () => {
    const tcp = (receivedBytes: number) => ({
      tcpLogs: { logEntry: [{ commonProperties: common, connectionProperties: { receivedBytes, sentBytes: 9 } }] },
    });
    await stream({ identifier, ...tcp(1) }, tcp(2));
    const records = await logs("TCP 10.0.0.9 → orders");
    expect(records.map(({ service }) => service)).toEqual(["edge", "edge"]);
    expect(records).toContainEqual(
      expect.objectContaining({
        attributes: expect.objectContaining({ "envoy.received_bytes": "2", "network.transport": "tcp" }),
      }),
    );
  });

  it("cost themselves alone where they cannot be read", async () => {
    const client = serviceClient(await receiverAddress(hub.url, "envoy-als"));
    const plain = (bytes: Buffer) => bytes;
    await new Promise<void>((resolve, reject) => {
      const call = client.makeClientStreamRequest(PATH, plain, plain, (error) =>
        error === null ? resolve() : reject(error),
      );
      // One entry whose length is a lie beside an empty one; then a message that is none.
      call.write(Buffer.from([0x12, 6, 0x0a, 2, 0x0a, 9, 0x0a, 0]));
      call.write(Buffer.from([0xff]));
      call.end();
    });
    client.close();
    const state = await receiverState(hub.url, "envoy-als");
    expect(state.drops).toMatchObject([{ reason: "unreadable", items: 1 }]);
    expect(state.turnedAway).toMatchObject([{ reason: "malformed", requests: 1 }]);
    expect(state.kept).toMatchObject([{ table: "otel_logs", items: 4 }]);
  });
});

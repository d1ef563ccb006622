import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";
import { loadPackageDefinition, type ServiceClientConstructor } from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { describe, expect, it, onTestFinished } from "vitest";
import { AgentProcess } from "../agent/agent-process.ts";
import { recordings } from "../cli/weir-read.ts";

interface KeyValue {
  readonly key: string;
  readonly value: { readonly stringValue?: string; readonly intValue?: string };
}
interface Point {
  readonly startTimeUnixNano: string;
  readonly timeUnixNano: string;
  readonly attributes: readonly KeyValue[];
  readonly asInt?: string;
  readonly count?: string;
  readonly bucketCounts?: readonly string[];
  readonly explicitBounds?: readonly number[];
}
interface Data {
  readonly dataPoints: readonly Point[];
  readonly aggregationTemporality: number;
}
interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly sum?: Data & { readonly isMonotonic: boolean };
  readonly histogram?: Data;
}
/** A request of any of the three signals, as protobuf.js reads it. */
interface Sent {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly object[] }[] }[];
  readonly resourceLogs?: readonly { readonly scopeLogs: readonly { readonly logRecords: readonly object[] }[] }[];
  readonly resourceMetrics?: readonly {
    readonly resource: { readonly attributes: readonly KeyValue[] };
    readonly scopeMetrics: readonly { readonly metrics: readonly Metric[] }[];
  }[];
}

/** Decoders that protobuf.js makes of OpenTelemetry's definitions: Weir's own have no part in them. */
function decoders(): Readonly<Record<string, (bytes: Buffer) => Sent>> {
  const definitions = loadSync(fileURLToPath(new URL("otlp.proto", import.meta.url)), { longs: String, bytes: String });
  const { otlp } = loadPackageDefinition(definitions) as unknown as { otlp: { Receiver: ServiceClientConstructor } };
  const { Traces, Logs, Metrics } = otlp.Receiver.service;
  const decoder = (method: typeof Traces) => (bytes: Buffer) => method?.requestDeserialize(bytes) as Sent;
  return { "/v1/traces": decoder(Traces), "/v1/logs": decoder(Logs), "/v1/metrics": decoder(Metrics) };
}

/** A receiver of OTLP/HTTP that is busy once, and keeps what it is sent. */
async function receiver() {
  const decode = decoders();
  const sent: Sent[] = [];
  let isBusy = true;
  const server = createServer(async (request, response) => {
    const body = await buffer(request);
    if (isBusy) {
      isBusy = false;
      response.writeHead(429, { "retry-after": "1" }).end();
      return;
    }
    const read = decode[request.url ?? ""]?.(gunzipSync(body));
    if (read !== undefined) sent.push(read);
    response.writeHead(read === undefined ? 404 : 200).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, sent };
}

describe("OTLP, as others' decoders read it", () => {
  it("has every call, every connection, every finding and the metrics of edges, though the receiver was busy", async () => {
    const { url, sent } = await receiver();
    const agent = await AgentProcess.start(["--read", join(recordings, "frontend.pcap.gz"), "--otlp", url]);
    const live = await agent.end();
    const calls = live.filter(({ kind }) => kind === "call");
    const ended = live.filter(({ kind, report }) => kind === "connection" && report === "end");
    const found = live.filter(({ kind }) => kind === "finding");

    const spans = sent.flatMap(({ resourceSpans = [] }) => resourceSpans.flatMap((each) => each.scopeSpans));
    expect(spans.flatMap((scope) => scope.spans)).toHaveLength(calls.length);
    const events = sent
      .flatMap(({ resourceLogs = [] }) => resourceLogs.flatMap((each) => each.scopeLogs))
      .flatMap((scope) => scope.logRecords);
    const eventsNamed = (name: string) => events.filter((event) => (event as { eventName: string }).eventName === name);
    expect(eventsNamed("weir.connection.end")).toHaveLength(ended.length);
    expect(eventsNamed("weir.finding")).toHaveLength(found.length);
    expect(events).toHaveLength(ended.length + found.length);

    const [resource] = sent.flatMap(({ resourceMetrics = [] }) => resourceMetrics);
    expect(resource?.resource.attributes).toContainEqual({
      key: "service.name",
      value: expect.objectContaining({ stringValue: "weir" }),
    });
    const metrics = resource?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
    const named = (name: string) => metrics.find((metric) => metric.name === name);
    const counted = named("weir.calls")?.sum;
    expect(counted).toMatchObject({ aggregationTemporality: 2, isMonotonic: true });
    expect(counted?.dataPoints.reduce((sum, { asInt }) => sum + Number(asInt), 0)).toBe(calls.length);
    const timed = named("http.server.request.duration")?.histogram?.dataPoints ?? [];
    const answered = calls.filter(({ protocol, durationNs }) => protocol === "http" && durationNs !== undefined);
    expect(timed.reduce((sum, { count }) => sum + Number(count), 0)).toBe(answered.length);
    for (const { bucketCounts = [], explicitBounds = [], count, startTimeUnixNano, timeUnixNano } of timed) {
      expect(bucketCounts).toHaveLength(explicitBounds.length + 1);
      expect(bucketCounts.reduce((sum, each) => sum + Number(each), 0)).toBe(Number(count));
      expect(BigInt(startTimeUnixNano)).toBeLessThan(BigInt(timeUnixNano));
    }
  });
});

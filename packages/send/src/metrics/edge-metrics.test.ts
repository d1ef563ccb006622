import { type OutgoingMetric, readOtlp, writeMetrics } from "@weir/receive";
import { describe, expect, it } from "vitest";
import { callOf, connectionOf } from "../testing/records.ts";
import { EdgeMetrics } from "./edge-metrics.ts";
import { MAX_SERIES } from "./meter.ts";
import { TrafficSince } from "./traffic-since.ts";

const START = 1_000n;
const of = (metrics: readonly OutgoingMetric[], name: string) => metrics.find((metric) => metric.name === name);
const pointsOf = (metrics: readonly OutgoingMetric[], name: string) => of(metrics, name)?.points ?? [];

describe("metrics of edges", () => {
  it("measure a call by the semantic conventions of its kind, and count all calls alike", () => {
    const metrics = new EdgeMetrics("cumulative", START);
    metrics.call(callOf({}));
    metrics.call(callOf({ status: "serverError", statusCode: "503", durationNs: 3_000_000_000 }));
    metrics.call(
      callOf({ protocol: "postgresql", operation: "SELECT", attributes: { "db.system.name": "postgresql" } }),
    );
    metrics.call(callOf({ protocol: "dns", operation: "A", attributes: {} }));
    metrics.call(callOf({ protocol: "tls", operation: "ClientHello", attributes: {}, durationNs: undefined }));
    const all = metrics.collect(2_000n);
    expect(all.map(({ name }) => name)).toEqual([
      "weir.calls",
      "http.server.request.duration",
      "db.client.operation.duration",
      "dns.lookup.duration",
    ]);
    expect(pointsOf(all, "http.server.request.duration")).toMatchObject([
      { attributes: { "http.request.method": "GET", "http.response.status_code": 200 }, count: 1, sum: 0.02 },
      { attributes: { "error.type": "503", "weir.server.service.name": "payments" }, min: 3, max: 3 },
    ]);
    expect(pointsOf(all, "weir.calls")).toMatchObject([
      { attributes: { "weir.call.status": "ok" }, value: 1 },
      { attributes: { "weir.call.status": "serverError" }, value: 1 },
      { attributes: { "network.protocol.name": "postgresql" } },
      { attributes: { "network.protocol.name": "dns" } },
      { attributes: { "network.protocol.name": "tls" } },
    ]);
  });

  it("tell a connection's bytes while it goes on, each once", () => {
    const since = new TrafficSince();
    const metrics = new EdgeMetrics("delta", START);
    const bytes = (at: bigint) =>
      pointsOf(metrics.collect(at), "weir.network.io").map((point) => ("value" in point ? point.value : 0));
    for (const clientBytes of [100, 250]) {
      const connection = connectionOf({ clientBytes, serverBytes: 0 });
      metrics.traffic(connection, since.update(connection) ?? connection);
    }
    expect(bytes(2_000n)).toEqual([250, 0]);
    const last = connectionOf({ clientBytes: 300, serverBytes: 7 });
    metrics.traffic(last, since.end(last));
    expect(bytes(3_000n)).toEqual([50, 7]);
    expect(bytes(4_000n)).toEqual([]);
  });

  it("count connections by how they ended, and time what is known of them", () => {
    const metrics = new EdgeMetrics("cumulative", START);
    metrics.connectionEnd(
      connectionOf({ handshakeNs: 2_000_000, rttServerP50Ns: 90_000, rttClientP50Ns: 2_000_000_000 }),
    );
    metrics.connectionEnd(connectionOf({ closeReason: "refused", attempts: 5 }));
    const all = metrics.collect(2_000n);
    expect(pointsOf(all, "weir.connections")).toMatchObject([
      { attributes: { "weir.connection.close_reason": "closed" }, value: 1 },
      { attributes: { "weir.connection.close_reason": "refused", "error.type": "refused" }, value: 5 },
    ]);
    const bucketsOf = (point: object) => ("bucketCounts" in point ? (point.bucketCounts as number[]) : []);
    const [server, client] = pointsOf(all, "weir.tcp.rtt").map(bucketsOf);
    expect([server?.[0], client?.at(-1)]).toEqual([1, 1]);
  });

  it("have a limited number of series: the rest is one, marked as OpenTelemetry says", () => {
    const metrics = new EdgeMetrics("cumulative", START);
    for (let at = 0; at < MAX_SERIES + 10; at += 1) metrics.call(callOf({ clientService: `client-${at}` }));
    const points = pointsOf(metrics.collect(2_000n), "weir.calls");
    expect(points).toHaveLength(MAX_SERIES);
    expect(points.at(-1)).toMatchObject({ attributes: { "otel.metric.overflow": true }, value: 11 });
    // Each call is measured twice: it is counted, and it is timed.
    expect([metrics.takeOverflowed(), metrics.takeOverflowed()]).toEqual([22, 0]);
  });

  it("travel as OTLP: cumulative ones with their beginning", () => {
    const metrics = new EdgeMetrics("cumulative", START);
    metrics.call(callOf({}));
    const origin = { resource: { "service.name": "weir" }, scope: { name: "weir", version: "1" } };
    const read = readOtlp("metrics", "protobuf", writeMetrics(origin, "cumulative", metrics.collect(2_000n)));
    expect(read).toMatchObject({
      rejections: [],
      tables: [
        { rows: [{ MetricName: "weir.calls", AggregationTemporality: 2, IsMonotonic: true, Value: 1 }] },
        { rows: [{ MetricName: "http.server.request.duration", Count: 1n, AggregationTemporality: 2 }] },
      ],
    });
  });
});

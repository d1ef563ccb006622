import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type OtelExponentialHistogramRow,
  type OtelHistogramRow,
  otelExponentialHistograms,
  otelHistograms,
} from "@weir/model";
import { parsePromql, queryAt } from "@weir/promql";
import { type Engine, QueryRunner, Store, startEngine } from "@weir/storage";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { START_NS, sampleTraffic } from "../../questions/testing/records.ts";
import { insertReported, samplePoint } from "../../questions/testing/reported.ts";
import { StoredSeries } from "./stored-series.ts";

const childEntry = fileURLToPath(new URL("../../../../../../packages/storage/src/engine/child.ts", import.meta.url));
const START_MS = Number(START_NS / 1_000_000n);

describe("series of the store", () => {
  const dataDir = mkdtempSync(join(tmpdir(), "weir-series-"));
  const { signal } = new AbortController();
  let engine: Engine;
  let store: Store;
  let runner: QueryRunner;
  const ask = async (query: string, seconds: number) => {
    const stored = new StoredSeries(runner, signal);
    const source = (matchers: Parameters<typeof stored.series>[0], fromMs: number, toMs: number) =>
      stored.series(matchers, fromMs, toMs);
    const value = await queryAt(parsePromql(query), START_MS + seconds * 1000, source);
    return value.kind === "vector" ? value.samples.map(({ labels, value: of }) => [labels, of]) : value;
  };

  beforeAll(async () => {
    engine = await startEngine({ dataDir, childEntry, nodeArguments: ["--import", "tsx"] });
    store = new Store(engine);
    runner = new QueryRunner(engine);
    await store.open();
    const { connections, calls } = sampleTraffic();
    await store.insertConnections(connections, "connections");
    await store.insertCalls(calls, "calls");
    await insertReported(store);
    await store.insertInto(otelHistograms, [histogram(0, 1n), histogram(10, 2n)], "histograms");
    await store.insertInto(otelExponentialHistograms, [nativeHistogram()], "native");
  });

  afterAll(async () => {
    await runner?.close();
    await store?.close();
    await engine?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("gives OpenTelemetry's metrics Prometheus' names and labels", async () => {
    expect(await ask("queue_length", 9)).toEqual([[{ __name__: "queue_length", job: "orders", queue: "mail" }, 9]]);
    expect(await ask("http_server_requests_total", 9)).toMatchObject([[{ job: "orders" }, 9]]);
    expect(await ask('queue_length{queue="letters"}', 9)).toEqual([]);
  });

  it("makes buckets, sum and count of a histogram", async () => {
    const buckets = (await ask("sort_by_label(http_server_request_duration_seconds_bucket, 'le')", 10)) as [
      { le: string },
      number,
    ][];
    expect(buckets.map(([{ le }, value]) => [le, value])).toEqual([
      ["+Inf", 8],
      ["0.5", 2],
      ["1", 6],
    ]);
    expect(
      await ask("http_server_request_duration_seconds_sum / http_server_request_duration_seconds_count", 10),
    ).toMatchObject([[{}, 0.5]]);
    expect(
      await ask("histogram_quantile(0.5, increase(http_server_request_duration_seconds_bucket[30s]))", 10),
    ).toMatchObject([[{}, 0.75]]);
  });

  it("has sum and count of a native histogram, and says that its buckets are not read", async () => {
    expect(await ask("request_size_bytes_count", 0)).toMatchObject([[{}, 3]]);
    for (const query of ["histogram_quantile(0.5, request_size_bytes)", "rate(request_size_bytes_bucket[1m])"])
      await expect(ask(query, 0)).rejects.toThrow(/request_size_bytes is a native histogram/);
  });

  it("has the edges that were seen, minute by minute", async () => {
    const calls = await ask("sum by (server_service) (weir_edge_calls_total)", 125);
    expect(calls).toEqual(
      expect.arrayContaining([
        [{ server_service: "payments" }, 31],
        [{ server_service: "stock" }, 30],
      ]),
    );
    // The first minute has sixty calls, each edge half of them; the last call is the second minute's.
    expect(await ask('increase(weir_edge_calls_total{server_service="stock"}[1m])', 60)).toEqual([]);
    expect(await ask('increase(weir_edge_calls_total{server_service="stock"}[2m])', 60)).toMatchObject([
      [{ client_service: "orders" }, 30],
    ]);
    expect(await ask('weir_edge_call_duration_seconds{quantile="0.99",server_service="stock"}', 60)).toMatchObject([
      [{ quantile: "0.99" }, expect.closeTo(0.059, 2)],
    ]);
  });

  it("lists what there is", async () => {
    const stored = new StoredSeries(runner, signal);
    const sets = await stored.labelSets(
      [[{ label: "__name__", operator: "=~", value: "weir_edge_calls_total|queue_.*" }]],
      {
        from: 0,
        to: 4_000_000_000,
      },
    );
    expect(sets.map(({ __name__ }) => __name__).sort()).toEqual([
      "queue_length",
      "weir_edge_calls_total",
      "weir_edge_calls_total",
    ]);
  });
});

function nativeHistogram(): OtelExponentialHistogramRow {
  const counts = { Count: 3n, Sum: 300, ZeroCount: 0n, PositiveBucketCounts: [1n, 2n], NegativeBucketCounts: [] };
  return {
    ...samplePoint(0, "request.size"),
    ...{ MetricUnit: "By", ...counts, Scale: 0, PositiveOffset: 6, NegativeOffset: 0 },
    ...{ Min: 0, Max: 0, AggregationTemporality: 2 },
  };
}

function histogram(seconds: number, times: bigint): OtelHistogramRow {
  return {
    ...samplePoint(seconds, "http.server.request.duration"),
    MetricUnit: "s",
    Count: 4n * times,
    Sum: 2 * Number(times),
    BucketCounts: [1n * times, 2n * times, 1n * times],
    ExplicitBounds: [0.5, 1],
    Min: 0,
    Max: 0,
    AggregationTemporality: 2,
  };
}

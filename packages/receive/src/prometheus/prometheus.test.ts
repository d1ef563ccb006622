import { describe, expect, it } from "vitest";
import { encode } from "../message/encode.ts";
import { readRemoteWrite } from "./index.ts";
import { requestV2, writeRequest } from "./messages.ts";
import { denseBuckets } from "./native-histogram.ts";

const labels = (pairs: Record<string, string>) => Object.entries(pairs).map(([name, value]) => ({ name, value }));
const rowsOf = (reading: ReturnType<typeof readRemoteWrite>) =>
  reading.kind === "received" ? reading.tables.map(({ table, rows }) => [table.table, rows[0]]) : [];

describe("a request of remote-write", () => {
  it("1 tells counters from gauges by their names only", () => {
    const timeseries = [
      {
        labels: labels({ __name__: "up", job: "shop", instance: "a:1", zone: "eu" }),
        samples: [{ value: 1, timestamp: 5n }],
      },
      { labels: labels({ __name__: "requests_total" }), samples: [{ value: 7, timestamp: 5n }] },
    ];
    expect(rowsOf(readRemoteWrite(1, encode(writeRequest, { timeseries })))).toMatchObject([
      [
        "otel_metrics_gauge",
        {
          MetricName: "up",
          ServiceName: "shop",
          ResourceAttributes: { "service.name": "shop", "service.instance.id": "a:1" },
          Attributes: { zone: "eu" },
          TimeUnix: 5_000_000n,
          Value: 1,
        },
      ],
      ["otel_metrics_sum", { MetricName: "requests_total", Value: 7, IsMonotonic: true, AggregationTemporality: 2 }],
    ]);
  });

  it("marks where a series ended", () => {
    // A sample whose value is the NaN that means "stale".
    const sample = [0x09, 0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f, 0x10, 0x05];
    const label = [0x0a, 6, 0x0a, 1, 0x61, 0x12, 1, 0x62];
    const name = [0x0a, 14, 0x0a, 8, ...Buffer.from("__name__"), 0x12, 2, ...Buffer.from("up")];
    const series = [...name, ...label, 0x12, sample.length, ...sample];
    const read = readRemoteWrite(1, Uint8Array.from([0x0a, series.length, ...series]));
    expect(rowsOf(read)).toMatchObject([["otel_metrics_gauge", { Flags: 1, Value: 0, Attributes: { a: "b" } }]]);
  });

  it("2 names its texts by their place, and says what a series counts", () => {
    const symbols = ["", "__name__", "jobs", "Jobs so far.", "job", "shop"];
    const timeseries = [
      {
        labelsRefs: [1, 2, 4, 5],
        samples: [{ value: 3, timestamp: 1n }],
        metadata: { type: 1, helpRef: 3, unitRef: 0 },
      },
    ];
    expect(rowsOf(readRemoteWrite(2, encode(requestV2, { symbols, timeseries })))).toMatchObject([
      ["otel_metrics_sum", { MetricName: "jobs", MetricDescription: "Jobs so far.", ServiceName: "shop", Value: 3 }],
    ]);
  });

  it("counts series without a name, and keeps the others", () => {
    const timeseries = [
      { labels: labels({ a: "b" }), samples: [{ value: 1, timestamp: 1n }] },
      { labels: labels({ __name__: "x" }), samples: [{ value: 1, timestamp: 1n }] },
    ];
    const read = readRemoteWrite(1, encode(writeRequest, { timeseries }));
    expect(read).toMatchObject({ rejections: [{ reason: "unnamedMetric", items: 1 }] });
    expect(rowsOf(read)).toHaveLength(1);
  });
});

describe("buckets of a native histogram", () => {
  it("become one row of counts, named by their lower bounds", () => {
    // Buckets 1 and 2 hold 3 and 1, bucket 5 holds 4.
    const spans = [
      { offset: 1, length: 2 },
      { offset: 2, length: 1 },
    ];
    expect(denseBuckets(spans, [3n, -2n, 3n], [])).toEqual({ offset: 0, counts: [3n, 1n, 0n, 0n, 4n] });
    expect(denseBuckets(spans, [], [3, 1, 4])).toEqual({ offset: 0, counts: [3n, 1n, 0n, 0n, 4n] });
  });

  it("are refused where they were made to hurt", () => {
    expect(denseBuckets([{ offset: 0, length: 2 ** 31 }], [], [])).toBeUndefined();
  });
});

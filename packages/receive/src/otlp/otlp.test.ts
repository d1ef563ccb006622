import { encodeUtf8 } from "@weir/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BrokenItems } from "../message/broken-items.ts";
import { encode } from "../message/encode.ts";
import { fromJson } from "../message/json.ts";
import type { MessageType } from "../message/message.ts";
import { OTLP_SIGNALS, readOtlp } from "./index.ts";
import { exportMetricsServiceRequest } from "./metrics-messages.ts";
import { exportTraceServiceRequest } from "./trace-messages.ts";

const TRACE = "5b8efff798038103d269b633813fc60c";
const SPAN = "eee19b7ec3c1b174";

const json = (signal: (typeof OTLP_SIGNALS)[number], request: object) =>
  readOtlp(signal, "json", encodeUtf8(JSON.stringify(request)));
const spansOf = (...spans: object[]) => ({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
const metric = (data: object) => ({ resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: "m", ...data }] }] }] });
const rowsOf = (reading: ReturnType<typeof readOtlp>) =>
  reading.kind === "received" ? reading.tables.flatMap(({ rows }) => rows) : [];

/** The same request as Protocol Buffers. */
function asProtobuf(type: MessageType<unknown>, request: object): Uint8Array {
  return encode(type, fromJson(type, request, new BrokenItems()) as object);
}

describe("an export request of OTLP", () => {
  it("means the same as JSON and as Protocol Buffers", () => {
    const value = {
      kvlistValue: {
        values: [{ key: "list", value: { arrayValue: { values: [{ intValue: "-3" }, { bytesValue: "3q0=" }] } } }],
      },
    };
    const span = {
      ...{ traceId: TRACE.toUpperCase(), spanId: SPAN, parentSpanId: "", name: "GET /", kind: "SPAN_KIND_SERVER" },
      ...{ startTimeUnixNano: "1544712660300000001", endTimeUnixNano: "1544712661300000003", flags: 257 },
      ...{ attributes: [{ key: "nested", value }, { key: "none" }], status: { code: 2, message: "no" } },
      links: [{ traceId: TRACE, spanId: SPAN, attributes: [{ key: "ok", value: { boolValue: true } }] }],
    };
    const request = spansOf(span);
    const read = json("traces", request);
    expect(readOtlp("traces", "protobuf", asProtobuf(exportTraceServiceRequest, request))).toEqual(read);
    expect(rowsOf(read)).toMatchObject([
      {
        Timestamp: 1544712660300000001n,
        Duration: 1000000002n,
        TraceId: TRACE,
        ParentSpanId: "",
        SpanKind: "Server",
        StatusCode: "Error",
        SpanAttributes: { nested: '{"list":[-3,"3q0="]}', none: "" },
        "Links.Attributes": [{ ok: "true" }],
      },
    ]);
  });

  it("has metrics of five kinds, each with a table", () => {
    const point = { timeUnixNano: "2000000000", attributes: [{ key: "a", value: { stringValue: "b" } }] };
    const kinds = [
      { gauge: { dataPoints: [{ ...point, asInt: "-7" }] } },
      { sum: { dataPoints: [{ ...point, asDouble: 1.5 }], isMonotonic: true, aggregationTemporality: 2 } },
      { histogram: { dataPoints: [{ ...point, count: "3", bucketCounts: ["1", "2"], explicitBounds: [5], max: 9 }] } },
      {
        exponentialHistogram: { dataPoints: [{ ...point, scale: -1, positive: { offset: -2, bucketCounts: [1, 2] } }] },
      },
      { summary: { dataPoints: [{ ...point, quantileValues: [{ quantile: 0.5, value: "NaN" }] }] } },
    ];
    const rows = kinds.map((kind) => {
      const read = json("metrics", metric(kind));
      const proto = readOtlp("metrics", "protobuf", asProtobuf(exportMetricsServiceRequest, metric(kind)));
      // The test's encoder does not fold signed numbers; those are compared below, by hand.
      if (!("exponentialHistogram" in kind)) expect(proto).toEqual(read);
      return read.kind === "received"
        ? [read.tables[0]?.table.table.slice("otel_metrics_".length), rowsOf(read)[0]]
        : [];
    });
    expect(rows).toMatchObject([
      ["gauge", { Value: -7, Attributes: { a: "b" }, TimeUnix: 2000000000n }],
      ["sum", { Value: 1.5, IsMonotonic: true, AggregationTemporality: 2 }],
      ["histogram", { Count: 3n, BucketCounts: [1n, 2n], ExplicitBounds: [5], Min: 0, Max: 9 }],
      ["exponential_histogram", { Scale: -1, PositiveOffset: -2, PositiveBucketCounts: [1n, 2n] }],
      ["summary", { "ValueAtQuantiles.Quantile": [0.5], "ValueAtQuantiles.Value": [Number.NaN] }],
    ]);
  });

  it("folds signed numbers as Protocol Buffers do", () => {
    // Metric 10: ExponentialHistogram, its point: scale (6) -1 is 1, positive (8) with offset (1) -2 is 3.
    const point = [0x30, 1, 0x42, 2, 0x08, 3];
    const histogram = [0x0a, point.length, ...point];
    const whole = [0x52, histogram.length, ...histogram];
    const scope = [0x12, whole.length, ...whole];
    const resource = [0x12, scope.length, ...scope];
    const bytes = [0x0a, resource.length, ...resource];
    expect(rowsOf(readOtlp("metrics", "protobuf", Uint8Array.from(bytes)))).toMatchObject([
      { Scale: -1, PositiveOffset: -2 },
    ]);
  });

  it("loses what is wrong with one item, not its batch-mates", () => {
    const good = { traceId: TRACE, spanId: SPAN, name: "good" };
    const read = json("traces", spansOf(good, { ...good, spanId: "12" }, { ...good, startTimeUnixNano: "soon" }, good));
    expect(rowsOf(read)).toHaveLength(2);
    expect(read).toMatchObject({
      rejections: [
        { reason: "invalidSpanId", items: 1, example: 'span "good" has the span id "12"' },
        { reason: "unreadable", items: 1, example: 'spans: "soon" stands where a whole number should' },
      ],
    });
    const bytes = asProtobuf(exportTraceServiceRequest, spansOf(good, good));
    // The second span's name says that it is longer than the span.
    bytes[Buffer.from(bytes).lastIndexOf("good") - 1] = 0x7f;
    const broken = readOtlp("traces", "protobuf", bytes);
    expect(rowsOf(broken)).toHaveLength(1);
    expect(broken).toMatchObject({ rejections: [{ reason: "unreadable", items: 1 }] });
  });

  it("counts metrics without data, and takes log records without a trace", () => {
    expect(json("metrics", metric({}))).toMatchObject({ rejections: [{ reason: "unknownMetricKind", items: 1 }] });
    const logRecords = [
      { observedTimeUnixNano: "5", body: { stringValue: "hello" }, traceId: "00000000000000000000000000000000" },
    ];
    const logs = json("logs", { resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
    expect(rowsOf(logs)).toMatchObject([{ Timestamp: 5n, Body: "hello", TraceId: "" }]);
  });

  it("is refused where values are nested without end", () => {
    let value: object = { stringValue: "deep" };
    for (let level = 0; level < 100; level += 1) value = { arrayValue: { values: [value] } };
    const read = json("traces", spansOf({ traceId: TRACE, spanId: SPAN, attributes: [{ key: "a", value }] }));
    expect(read).toMatchObject({
      rejections: [{ reason: "unreadable", example: expect.stringContaining("too deeply") }],
    });
  });

  it("is refused where it is short and stands for more than a hub can hold", () => {
    // Spans of no bytes: two bytes each for the field and its length, inside of scope and resource.
    const spans = new Uint8Array(2 * 2_100_000).map((_, at) => (at % 2 === 0 ? 0x12 : 0));
    const around = (inner: Uint8Array, field: number) => {
      const length = [0, 7, 14, 21].map((shift) => ((inner.length >> shift) & 0x7f) | (shift < 21 ? 0x80 : 0));
      return Buffer.concat([Uint8Array.from([field, ...length]), inner]);
    };
    expect(readOtlp("traces", "protobuf", around(around(spans, 0x12), 0x0a))).toMatchObject({
      kind: "malformed",
      reason: expect.stringContaining("smaller batches"),
    });
  });

  it("may be any bytes and any JSON: reading never throws", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.constantFrom(...OTLP_SIGNALS), (bytes, signal) => {
        readOtlp(signal, "protobuf", bytes);
        readOtlp(signal, "json", bytes);
      }),
    );
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(...OTLP_SIGNALS), (value, signal) => {
        json(signal, { resourceSpans: value, resourceLogs: value, resourceMetrics: value });
        json(signal, { resourceSpans: [{ scopeSpans: value }], resourceLogs: [{ scopeLogs: value }] });
      }),
    );
  });

  it("may end anywhere", () => {
    const bytes = asProtobuf(exportTraceServiceRequest, spansOf({ traceId: TRACE, spanId: SPAN, name: "a" }));
    for (let length = 0; length < bytes.length; length += 1) readOtlp("traces", "protobuf", bytes.subarray(0, length));
  });
});

import { encodeUtf8, parseUnixNs } from "@weir/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readSentryEnvelope, readSentryEvent, type SentryReading } from "./index.ts";

const NOW = 1_700_000_000_000_000_000n;
const TRACE = "5b8efff798038103d269b633813fc60c";
const SPAN = "eee19b7ec3c1b174";
const HEAD = { event_id: "9ec79c33ec9942ab8353589fcb2e04dc" };

function envelope(...items: readonly (readonly [type: string, payload: object | string])[]): SentryReading {
  const lines = items.map(([type, payload]) => {
    const text = typeof payload === "string" ? payload : JSON.stringify(payload);
    return `${JSON.stringify({ type, length: encodeUtf8(text).length })}\n${text}\n`;
  });
  return readSentryEnvelope(encodeUtf8(`${JSON.stringify(HEAD)}\n${lines.join("")}`), "42", NOW);
}
const rowsOf = ({ reading }: SentryReading, table: string) =>
  reading.kind === "received"
    ? reading.tables.filter((each) => each.table.table === table).flatMap(({ rows }) => rows)
    : [];

const exception = {
  ...{ timestamp: 1_732_215_600.25, level: "fatal", release: "shop@1.2.3", environment: "live", platform: "node" },
  contexts: { trace: { trace_id: TRACE, span_id: SPAN } },
  exception: {
    values: [
      { type: "Cause", value: "no row" },
      {
        type: "OutOfStock",
        value: "item 4",
        mechanism: { handled: false },
        stacktrace: {
          frames: [
            { function: "main", filename: "a.js", lineno: 1 },
            { function: "buy", filename: "b.js", lineno: 2, colno: 3 },
          ],
        },
      },
    ],
  },
  tags: [["region", "eu"]],
};

describe("an event of Sentry", () => {
  it("is a log record with the exception that was thrown last", () => {
    expect(rowsOf(envelope(["event", exception]), "otel_logs")).toMatchObject([
      {
        Timestamp: parseUnixNs("2024-11-21T19:00:00.25Z"),
        ...{ TraceId: TRACE, SpanId: SPAN, SeverityText: "fatal", SeverityNumber: 21 },
        ...{ ServiceName: "shop", Body: "OutOfStock: item 4", EventName: "exception" },
        ResourceAttributes: {
          ...{ "service.name": "shop", "service.version": "1.2.3", "deployment.environment.name": "live" },
          "sentry.project": "42",
        },
        LogAttributes: {
          ...{
            "exception.type": "OutOfStock",
            "exception.message": "item 4",
            "exception.escaped": "true",
            region: "eu",
          },
          "exception.stacktrace": "OutOfStock: item 4\n    at buy (b.js:2:3)\n    at main (a.js:1)",
        },
      },
    ]);
  });

  it("may be a message, and may come alone", () => {
    const read = readSentryEvent(encodeUtf8('{"message":"hello","event_id":"a1"}'), "42", NOW);
    expect(read.eventId).toBe("a1");
    expect(rowsOf(read, "otel_logs")).toMatchObject([{ Timestamp: NOW, Body: "hello", SeverityText: "info" }]);
    expect(readSentryEvent(encodeUtf8("{}"), "42", NOW).reading.kind).toBe("malformed");
  });
});

describe("a transaction of Sentry", () => {
  const span = { span_id: "aaaaaaaaaaaaaaaa", parent_span_id: SPAN, op: "db.query", description: "SELECT stock" };
  const transaction = {
    ...{ transaction: "POST /orders", start_timestamp: 1_732_215_600, timestamp: 1_732_215_600.5, release: "shop@1" },
    contexts: { trace: { trace_id: TRACE, span_id: SPAN, op: "http.server", status: "internal_error" } },
    spans: [
      {
        ...span,
        start_timestamp: 1_732_215_600.1,
        timestamp: 1_732_215_600.2,
        status: "ok",
        data: { "db.system": "postgresql" },
      },
      { ...span, span_id: "12", start_timestamp: 1 },
      { ...span, start_timestamp: "soon" },
    ],
  };

  it("is spans of one trace; those that cannot be kept are counted", () => {
    const read = envelope(["transaction", transaction]);
    expect(rowsOf(read, "otel_traces")).toMatchObject([
      {
        SpanName: "POST /orders",
        SpanKind: "Server",
        StatusCode: "Error",
        StatusMessage: "internal_error",
        Duration: 500_000_000n,
      },
      {
        ...{ TraceId: TRACE, ParentSpanId: SPAN, SpanName: "SELECT stock", SpanKind: "Client", StatusCode: "Ok" },
        ...{
          ServiceName: "shop",
          Duration: 100_000_000n,
          SpanAttributes: { "db.system": "postgresql", "sentry.op": "db.query" },
        },
      },
    ]);
    expect(read.reading).toMatchObject({
      rejections: [
        { reason: "invalidSpanId", items: 1 },
        { reason: "unreadable", items: 1 },
      ],
    });
  });
});

describe("spans that Sentry's SDK sends one by one", () => {
  it("are spans; one without an identity is counted alone", () => {
    const attributes = {
      "sentry.op": { value: "db.query", type: "string" },
      "sentry.release": { value: "shop@1", type: "string" },
    };
    const span = {
      trace_id: TRACE,
      span_id: SPAN,
      name: "SELECT",
      start_timestamp: 1,
      end_timestamp: 2,
      status: "error",
      attributes,
    };
    const read = envelope(["span", { version: 2, items: [span, { ...span, trace_id: "7" }] }]);
    expect(rowsOf(read, "otel_traces")).toMatchObject([
      { SpanName: "SELECT", SpanKind: "Client", StatusCode: "Error", ServiceName: "shop", Duration: 1_000_000_000n },
    ]);
    expect(read.reading).toMatchObject({ rejections: [{ reason: "invalidTraceId", items: 1 }] });
  });
});

describe("an envelope of Sentry", () => {
  it("may hold anything: what is not kept is counted, the rest is kept", () => {
    const log = {
      items: [
        {
          timestamp: 1_732_215_600,
          level: "warn",
          body: "low stock",
          trace_id: TRACE,
          attributes: { item: { value: 4, type: "integer" } },
        },
      ],
    };
    const read = envelope(
      ["session", {}],
      ["event", "{"],
      ["log", log],
      ["attachment", "any\nbytes"],
      ["event", { message: "good" }],
    );
    expect(read.eventId).toBe(HEAD.event_id);
    expect(rowsOf(read, "otel_logs")).toMatchObject([
      { Body: "low stock", SeverityNumber: 13, TraceId: TRACE, LogAttributes: { item: "4" } },
      { Body: "good" },
    ]);
    expect(read.reading).toMatchObject({
      rejections: [
        { reason: "unsupportedItem", items: 2 },
        { reason: "unreadable", items: 1 },
      ],
    });
  });

  it("is none where its head or a length is none, and reading never throws", () => {
    for (const text of [
      "nothing",
      "{}\nnothing",
      '{}\n{"type":"event","length":99}\n{}',
      '{}\n{"type":"event","length":-1}\n{}',
    ]) {
      expect(readSentryEnvelope(encodeUtf8(text), "42", NOW).reading.kind).toBe("malformed");
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void readSentryEnvelope(bytes, "42", NOW)));
    fc.assert(
      fc.property(
        fc.jsonValue(),
        (value) =>
          void envelope(
            ["event", JSON.stringify(value)],
            ["log", `{"items":${JSON.stringify(value)}}`],
            ["transaction", `{"spans":${JSON.stringify(value)},"contexts":{"trace":{"trace_id":"${TRACE}"}}}`],
          ),
      ),
    );
  });
});

import { encodeUtf8, parseUnixNs } from "@weir/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readBulk } from "./index.ts";

const NOW = 1_700_000_000_000_000_000n;
const TRACE = "5b8efff798038103d269b633813fc60c";
const SPAN = "eee19b7ec3c1b174";
const lines = (...values: readonly (object | string)[]) =>
  encodeUtf8(values.map((value) => `${typeof value === "string" ? value : JSON.stringify(value)}\n`).join(""));
const bulk = (...values: readonly (object | string)[]) => readBulk(lines(...values), "", NOW);
const rowsOf = ({ reading }: ReturnType<typeof readBulk>) =>
  reading.kind === "received" ? reading.tables.flatMap(({ rows }) => rows) : [];
const CREATE = { create: { _index: "logs-shop" } };

describe("a bulk request", () => {
  it("keeps fields of the Elastic Common Schema under OpenTelemetry's names, with dots or nested", () => {
    const document = {
      "@timestamp": "2026-11-21T20:00:00.123+01:00",
      message: "no stock",
      log: { level: "error", logger: "shop.Orders" },
      trace: { id: TRACE },
      "span.id": SPAN,
      service: { name: "orders", environment: "live" },
      kubernetes: { namespace: "shop", pod: { name: "orders-1" } },
      error: { type: "OutOfStock", stack_trace: "at …" },
      http: { response: { status_code: 503 } },
      tags: ["a", "b"],
    };
    expect(rowsOf(bulk(CREATE, document))).toMatchObject([
      {
        Timestamp: parseUnixNs("2026-11-21T19:00:00.123Z"),
        ...{ Body: "no stock", SeverityText: "error", SeverityNumber: 17, ScopeName: "shop.Orders" },
        ...{ TraceId: TRACE, SpanId: SPAN, ServiceName: "orders" },
        ResourceAttributes: {
          "service.name": "orders",
          "deployment.environment.name": "live",
          "k8s.namespace.name": "shop",
          "k8s.pod.name": "orders-1",
        },
        LogAttributes: {
          "exception.type": "OutOfStock",
          "exception.stacktrace": "at …",
          "http.response.status_code": "503",
          tags: '["a","b"]',
          "elasticsearch.index": "logs-shop",
        },
      },
    ]);
  });

  it("may say nothing of time and text: it is written when it came, whole", () => {
    expect(rowsOf(bulk({ index: {} }, { order: 17 }))).toMatchObject([{ Timestamp: NOW, Body: '{"order":17}' }]);
    expect(rowsOf(bulk({ index: {} }, { "@timestamp": 5, log: "line" }))).toMatchObject([
      { Timestamp: 5_000_000n, Body: "line" },
    ]);
  });

  it("says of each action what became of it, and loses only what cannot be kept", () => {
    const update = { update: { _index: "a", _id: "7" } };
    const remove = { delete: { _index: "a", _id: "8" } };
    const read = bulk(CREATE, { message: "1" }, CREATE, "{", update, { doc: {} }, remove, "{}", "{}", CREATE, {});
    expect(read.items.map(({ action, error }) => [action, error?.type])).toEqual([
      ["create", undefined],
      ["create", "document_parsing_exception"],
      ["update", "action_request_validation_exception"],
      ["delete", "action_request_validation_exception"],
      ["index", "illegal_argument_exception"],
      ["create", undefined],
    ]);
    expect(read.reading).toMatchObject({
      rejections: [
        { reason: "unreadable", items: 2 },
        { reason: "unsupportedAction", items: 2 },
      ],
    });
    expect(rowsOf(read)).toHaveLength(2);
  });

  it("refuses what was made to hurt, and times that are none", () => {
    let deep: object = {};
    for (let level = 0; level < 100; level += 1) deep = { deep };
    const wide = Object.fromEntries(Array.from({ length: 1_001 }, (_, field) => [`f${field}`, 1]));
    const read = bulk(CREATE, deep, CREATE, wide, CREATE, { "@timestamp": "yesterday" }, CREATE, { message: "good" });
    expect(read.items.map(({ error }) => error?.reason)).toEqual([
      "objects are nested too deeply",
      "it has more than 1000 fields",
      '"yesterday" in @timestamp is no time',
      undefined,
    ]);
  });

  it("is none where no line is an action", () => {
    expect(bulk("hello").reading).toMatchObject({ kind: "malformed", reason: '"hello" is no action' });
    expect(bulk().reading).toMatchObject({ kind: "malformed" });
    const many = readBulk(encodeUtf8('{"delete":{}}\n'.repeat(100_001)), "", NOW);
    expect(many.reading).toMatchObject({ kind: "malformed", reason: expect.stringContaining("more than 100000") });
  });

  it("may be any bytes and any JSON: reading never throws", () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => void readBulk(bytes, "", NOW)));
    fc.assert(fc.property(fc.jsonValue(), (value) => void bulk(CREATE, JSON.stringify(value) ?? "")));
  });
});

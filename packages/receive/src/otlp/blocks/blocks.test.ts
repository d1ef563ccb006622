import { ingestTable } from "@weir/model";
import { decodeRows } from "@weir/native";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EncodedReading, encodeReading } from "../../encoded/encoded-reading.ts";
import { encode } from "../../message/encode.ts";
import { readOtlp, readOtlpEncoded } from "../index.ts";
import { exportLogsServiceRequest } from "../logs-messages.ts";
import { exportTraceServiceRequest } from "../trace-messages.ts";

/** Rows of blocks, and what was not kept: of the reasons the first example is as good as any. */
function contentOf(reading: EncodedReading, countOf: (items: number, reason: string) => unknown): unknown {
  if (reading.kind !== "received") return reading;
  const tables = reading.tables.filter(({ rows }) => rows > 0);
  return {
    tables: tables.map(({ table, pieces }) => [
      table,
      pieces.flatMap((piece) => decodeRows(ingestTable(table), piece)),
    ]),
    rejections: reading.rejections.map(({ reason, items }) => [reason, countOf(items, reason)]).toSorted(),
  };
}

const exactly = (items: number) => items;
/** Where a batch is given up as a whole, those of its items that are broken may have been counted before, or not. */
const someUnreadable = (items: number, reason: string) => (reason === "unreadable" ? "some" : items);

function expectSame(signal: "traces" | "logs", body: Uint8Array, countOf: typeof someUnreadable = exactly): void {
  const byRows = encodeReading(readOtlp(signal, "protobuf", body));
  const byColumns = readOtlpEncoded(signal, "protobuf", body);
  expect(contentOf(byColumns, countOf)).toEqual(contentOf(byRows, countOf));
}

/** Mostly what is sent, sometimes what is not: names that come twice, that look like numbers, that are long or not ASCII. */
const name = fc.oneof(fc.constantFrom("a", "b", "service.name", "7", "__proto__", "Ω"), fc.string({ maxLength: 200 }));
const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }), fc.constant("x".repeat(300)));
const anyValue = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.record({ stringValue: text }),
    fc.record({ boolValue: fc.boolean() }),
    fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
    fc.record({ intValue: fc.bigInt({ min: -300n, max: 300n }) }),
    fc.record({ doubleValue: fc.double() }),
    fc.record({ bytesValue: fc.uint8Array({ maxLength: 8 }) }),
    fc.record({}),
    fc.record({ arrayValue: fc.record({ values: fc.array(tie("value"), { maxLength: 3 }) }) }),
    fc.record({
      kvlistValue: fc.record({ values: fc.array(fc.record({ key: name, value: tie("value") }), { maxLength: 3 }) }),
    }),
  ),
})).value;
const attributes = fc.array(fc.record({ key: name, value: anyValue }, { requiredKeys: [] }), {
  maxLength: 40,
  size: "max",
});
const few = fc.array(fc.record({ key: name, value: anyValue }, { requiredKeys: ["key"] }), { maxLength: 3 });
const id = (bytes: number) =>
  fc.oneof(
    { weight: 8, arbitrary: fc.uint8Array({ minLength: bytes, maxLength: bytes }) },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 20 }) },
    { weight: 1, arbitrary: fc.constant(new Uint8Array(bytes)) },
  );
const moment = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const number32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const enumerated = fc.oneof(fc.integer({ min: 0, max: 25 }), number32);
const resource = fc.record({ attributes: few });
const scope = fc.record(
  { name: text, version: text, attributes: few, droppedAttributesCount: fc.nat() },
  { requiredKeys: [] },
);

const event = fc.record({ timeUnixNano: moment, name: text, attributes: few }, { requiredKeys: [] });
const link = fc.record({ traceId: id(16), spanId: id(8), traceState: text, attributes: few }, { requiredKeys: [] });
const span = fc.record(
  {
    ...{ traceId: id(16), spanId: id(8), traceState: text, parentSpanId: id(8), name: text, kind: enumerated },
    ...{ startTimeUnixNano: moment, endTimeUnixNano: moment, attributes, events: fc.array(event, { maxLength: 3 }) },
    ...{ links: fc.array(link, { maxLength: 3 }), status: fc.record({ message: text, code: enumerated }) },
  },
  { requiredKeys: ["traceId", "spanId"] },
);
const logRecord = fc.record(
  {
    ...{ timeUnixNano: moment, severityNumber: enumerated, severityText: text, body: anyValue, attributes },
    ...{ flags: fc.nat(), traceId: id(16), spanId: id(8), observedTimeUnixNano: moment, eventName: text },
  },
  { requiredKeys: [] },
);

const batch = <Items extends string, Scopes extends string>(items: Items, item: fc.Arbitrary<object>, scopes: Scopes) =>
  fc.array(
    fc.record(
      {
        resource,
        schemaUrl: text,
        [scopes]: fc.array(
          fc.record({ scope, schemaUrl: text, [items]: fc.array(item, { maxLength: 4 }) }, { requiredKeys: [items] }),
          { maxLength: 3 },
        ),
      },
      { requiredKeys: [scopes] },
    ),
    { maxLength: 3 },
  );
const traces = batch("spans", span, "scopeSpans").map((resourceSpans) =>
  encode(exportTraceServiceRequest, { resourceSpans }),
);
const logs = batch("logRecords", logRecord, "scopeLogs").map((resourceLogs) =>
  encode(exportLogsServiceRequest, { resourceLogs }),
);
const signals = [
  ["traces", traces],
  ["logs", logs],
] as const;

describe.each(signals)("%s, read into columns", (signal, requests) => {
  it("are what they are as rows", () => {
    fc.assert(fc.property(requests, (body) => expectSame(signal, body)));
  });

  it("are what they are as rows where the request is cut, wherever that is", () => {
    fc.assert(
      fc.property(requests, fc.double({ min: 0, max: 1, noNaN: true }), (body, share) =>
        expectSame(signal, body.subarray(0, Math.floor(share * body.length))),
      ),
    );
  });

  it("are what they are as rows where bytes are others", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(requests, changes, (body, list) => {
        for (const [at, byte] of list) if (body.length > 0) body[at % body.length] = byte;
        expectSame(signal, body, someUnreadable);
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });
});

import { ingestTable } from "@weir/model";
import { decodeRows } from "@weir/native";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EncodedReading, encodeReading } from "../encoded/encoded-reading.ts";
import { encode } from "../message/encode.ts";
import { readRemoteWrite, readRemoteWriteEncoded } from "./index.ts";
import { writeRequest } from "./messages.ts";

/** Rows of blocks by table, and what was not kept. */
function contentOf(reading: EncodedReading): unknown {
  if (reading.kind !== "received") return reading;
  const tables = reading.tables.filter(({ rows }) => rows > 0);
  return {
    tables: Object.fromEntries(
      tables.map(({ table, pieces }) => [table, pieces.flatMap((piece) => decodeRows(ingestTable(table), piece))]),
    ),
    rejections: reading.rejections.map(({ reason, items }) => [reason, items]).toSorted(),
  };
}

function expectSame(body: Uint8Array): void {
  expect(contentOf(readRemoteWriteEncoded(1, body))).toEqual(contentOf(encodeReading(readRemoteWrite(1, body))));
}

const name = fc.oneof(fc.constantFrom("__name__", "job", "instance", "le", "7", "Ω", ""), fc.string({ maxLength: 8 }));
const value = fc.oneof(fc.constantFrom("requests_total", "up", "_sum", ""), fc.string({ unit: "binary" }));
const label = fc.record({ name, value }, { requiredKeys: ["name"] });
const named = fc.record({
  name: fc.constant("__name__"),
  value: fc.constantFrom("a_bucket", "b", "_count", "c_totals"),
});
const labels = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .tuple(named, fc.uniqueArray(label, { selector: (each) => each.name }))
      .map(([first, rest]) => [first, ...rest]),
  },
  { weight: 1, arbitrary: fc.array(label) },
);
const timestamp = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 42n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
const samples = fc.array(fc.record({ value: fc.double({ noNaN: true }), timestamp }, { requiredKeys: [] }), {
  maxLength: 3,
});
const histogram = fc.record({ countInt: fc.bigInt({ min: 0n, max: 9n }), sum: fc.double(), timestamp });
const series = fc.record(
  { labels, samples, histograms: fc.array(histogram, { maxLength: 1 }) },
  { requiredKeys: ["labels"] },
);
const requests = fc.array(series, { maxLength: 5 }).map((timeseries) => encode(writeRequest, { timeseries }));

describe("a request of remote-write 1, read into columns", () => {
  it("is what it is as rows", () => {
    fc.assert(fc.property(requests, expectSame), { numRuns: 300, endOnFailure: true });
  });

  it("is what it is as rows where it is cut or its bytes are others", () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 3 });
    fc.assert(
      fc.property(requests, changes, fc.nat(), (body, list, cut) => {
        for (const [at, byte] of list) if (body.length > 0) body[at % body.length] = byte;
        expectSame(cut % 2 === 0 ? body : body.subarray(0, cut % (body.length + 1)));
      }),
      { numRuns: 300, endOnFailure: true },
    );
  });

  it("marks where a series ended", () => {
    const sample = [0x09, 0x02, 0, 0, 0, 0, 0, 0xf0, 0x7f, 0x10, 0x05];
    const nameLabel = [0x0a, 14, 0x0a, 8, ...Buffer.from("__name__"), 0x12, 2, ...Buffer.from("up")];
    const bytes = [...nameLabel, 0x12, sample.length, ...sample];
    const body = Uint8Array.from([0x0a, bytes.length, ...bytes]);
    expectSame(body);
    expect(contentOf(readRemoteWriteEncoded(1, body))).toMatchObject({
      tables: { otel_metrics_gauge: [{ MetricName: "up", Flags: 1, Value: 0, TimeUnix: 5_000_000n }] },
    });
  });
});

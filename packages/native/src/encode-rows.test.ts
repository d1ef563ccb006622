import {
  type ColumnType,
  OTEL_TABLES,
  type OtelTable,
  otelGauges,
  otelTraces,
  profileRecord,
  type ScalarColumnType,
} from "@weir/model";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockWriter, type EncodedRows, writersOf } from "./block-writer.ts";
import { secondOfMs } from "./columns/moments.ts";
import { decodeRows, encodeRows, halves } from "./encode-rows.ts";

const VALUES: Readonly<Record<ScalarColumnType, fc.Arbitrary<unknown>>> = {
  text: fc.string({ unit: "binary", maxLength: 300 }),
  word: fc.string(),
  bool: fc.boolean(),
  uint8: fc.integer({ min: 0, max: 255 }),
  uint32: fc.nat(),
  int32: fc.integer(),
  uint64: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  float64: fc.double(),
  moment: fc.bigInt({ min: -(2n ** 60n), max: 2n ** 62n }),
  second: fc.bigInt({ min: 0n, max: 2n ** 61n }),
  attributes: fc.dictionary(fc.string(), fc.string()),
};

const cellOf = (type: ColumnType): fc.Arbitrary<unknown> =>
  type.endsWith("[]")
    ? fc.array(VALUES[type.slice(0, -2) as ScalarColumnType], { maxLength: 3 })
    : VALUES[type as ScalarColumnType];

const rowsOf = ({ columns }: OtelTable) =>
  fc.array(fc.record(Object.fromEntries(columns.map(({ name, type }) => [name, cellOf(type)]))), { maxLength: 5 });

describe("rows of a table in blocks", () => {
  it.each(OTEL_TABLES.map((table) => [table.table, table] as const))(
    "are the same when they are read: %s",
    (_, table) => {
      fc.assert(
        fc.property(rowsOf(table), (rows) => {
          expect([...encodeRows(table, rows)].flatMap((block) => decodeRows(table, block))).toEqual(rows);
        }),
        { numRuns: 30 },
      );
    },
  );

  it("are blocks of a thousand rows or a megabyte", () => {
    const rows = (count: number, text = "") => Array.from({ length: count }, () => ({ ServiceName: text }));
    const sizes = (list: object[]) => [...encodeRows(otelGauges, list)].map((block) => block.rows);
    expect(sizes([])).toEqual([]);
    expect(sizes(rows(2_500))).toEqual([1_000, 1_000, 500]);
    expect(sizes(rows(5, "x".repeat(600_000)))).toEqual([2, 2, 1]);
  });

  it("are cut in halves", () => {
    const rows = fc.sample(rowsOf(otelTraces), { numRuns: 20, seed: 1 }).find(({ length }) => length === 5) ?? [];
    const [block] = [...encodeRows(otelTraces, rows)] as [EncodedRows];
    const [left, right] = halves(otelTraces, block);
    expect([left.rows, right.rows]).toEqual([3, 2]);
    expect([left, right].flatMap((half) => decodeRows(otelTraces, half))).toEqual(rows);
  });

  it("have nothing where a value is absent", () => {
    const [block] = [...encodeRows(profileRecord, [{}])] as [EncodedRows];
    expect(block.rows).toBe(1);
    expect(decodeRows(profileRecord, block)).toHaveLength(1);
  });

  it("lose what was begun and taken back", () => {
    const blocks: EncodedRows[] = [];
    const writer = new BlockWriter(otelTraces, (block) => blocks.push(block));
    writer.addRow({ SpanName: "kept" });
    writer.mark();
    const columns = writersOf(otelTraces, writer);
    columns.SpanName.append("begun");
    columns.SpanAttributes.append({ a: "b" });
    columns["Events.Attributes"].append([{ a: "b" }]);
    writer.rollback();
    writer.addRow({ SpanName: "next" });
    writer.finish();
    expect(blocks.flatMap((block) => decodeRows(otelTraces, block))).toMatchObject([
      { SpanName: "kept", SpanAttributes: {}, "Events.Attributes": [] },
      { SpanName: "next", SpanAttributes: {}, "Events.Attributes": [] },
    ]);
  });
});

describe("milliseconds as the nanoseconds of a column", () => {
  it("are exact as far as a column of seconds goes, and stop there", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 0, max: 4_294_967_295_000 }), fc.maxSafeInteger()), (ms) => {
        const blocks: EncodedRows[] = [];
        const writer = new BlockWriter(otelGauges, (block) => blocks.push(block));
        const { TimeUnix } = writersOf(otelGauges, writer);
        for (const { name, writer: column } of writer.columns) if (name !== "TimeUnix") column.append(undefined);
        secondOfMs(TimeUnix.cells, ms);
        writer.endRow();
        writer.finish();
        const expected = BigInt(Math.max(0, Math.min(ms, 4_294_967_295_000))) * 1_000_000n;
        expect(blocks.flatMap((block) => decodeRows(otelGauges, block))).toMatchObject([{ TimeUnix: expected }]);
      }),
    );
  });
});

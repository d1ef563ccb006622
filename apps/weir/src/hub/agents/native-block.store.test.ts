import {
  callRecord,
  captureRecord,
  connectionRecord,
  deliveryRecord,
  type Field,
  findingRecord,
  RECORDS,
  type RecordDefinition,
  retryRecord,
} from "@weir/model";
import { nativeBlock } from "@weir/native";
import { Store } from "@weir/storage";
import { startTestEngine, type TestEngine } from "@weir/storage/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** Values that are easily written wrong: long, negative, beyond 32 bits, of several bytes per character, half of a pair, nested, empty. */
const VALUES: Readonly<Record<Field["type"], readonly unknown[]>> = {
  string: ["", "plain", 'q"uote\n', "Ωμέγα 🌊", "half \ud800", "x".repeat(300)],
  bool: [true, false],
  int: [0, 1, -1, 2 ** 31, -(2 ** 40), 2 ** 52 + 1],
  float: [0, 1.5, -2.25e-9],
  time: [0n, 1_700_000_000_123_456_789n, 10n ** 30n],
  "string[]": [[], ["a"], ["b", "", "Ω"]],
  "int[]": [[], [1], [2, -3, 2 ** 40]],
  pairs: [
    [],
    [["Host", "orders"]],
    [
      ["a", ""],
      ["a", "ß"],
    ],
  ],
  map: [{}, { "http.route": "/orders" }, { a: "1", b: "Ω" }],
  json: [null, { deep: [1, "two"] }, "text"],
};

/** A record whose fields have the values numbered so; optional ones are absent in every third. */
function recordOf({ fields }: RecordDefinition, number: number, captureId: string): Record<string, unknown> {
  const all = fields.map(({ name, type, optional, values }, index) => {
    if (name === "captureId") return [name, captureId];
    if (optional && (number + index) % 3 === 0) return [name, undefined];
    const choice = values ?? VALUES[type];
    return [name, choice[(number + index) % choice.length]];
  });
  return Object.fromEntries(all);
}

describe("records as a native block", () => {
  let test: TestEngine;
  let store: Store;
  beforeAll(async () => {
    test = await startTestEngine();
    store = new Store(test.engine);
    await store.open();
  });
  afterAll(async () => {
    await store.close();
    await test.stop();
  });
  const rowsOf = async (definition: RecordDefinition, captureId: string) => {
    const orderBy = definition.fields.map(
      ({ name }) => `toString(${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)})`,
    );
    const { items } = await store.list(definition, { captureId, orderBy: orderBy.join(", "), limit: 100, offset: 0 });
    return items.map(({ captureId: _, ...rest }) => rest);
  };

  it.each(
    [connectionRecord, callRecord, retryRecord, deliveryRecord, findingRecord, captureRecord].map(
      (definition) => [definition.name, definition] as const,
    ),
  )("are the same rows as inserted one by one: %s", async (_, definition) => {
    const numbers = Array.from({ length: 12 }, (_, number) => number);
    const recordsOf = (captureId: string) => numbers.map((number) => recordOf(definition, number, captureId));
    await store.insert(definition, recordsOf("rows"), `rows ${definition.name}`);
    const block = nativeBlock(definition, recordsOf("block"));
    await store.insertBlock(definition.table, block, `block ${definition.name}`);
    await store.insertBlock(definition.table, block, `block ${definition.name}`);
    const rows = await rowsOf(definition, "block");
    expect(rows).toHaveLength(12);
    expect(rows).toEqual(await rowsOf(definition, "rows"));
  });

  it("may be of a newer agent, with columns that this hub does not know", async () => {
    const { fields } = captureRecord;
    const newer = { ...captureRecord, fields: [...fields, { ...fields[0], name: "invented" }] };
    await store.insertBlock(
      "captures",
      nativeBlock(newer, [{ ...recordOf(captureRecord, 1, "newer"), invented: "x" }]),
      "newer",
    );
    expect(await rowsOf(captureRecord, "newer")).toHaveLength(1);
  });

  it("that is none is refused in words", async () => {
    await expect(store.insertBlock("calls", Uint8Array.of(1, 2, 3), "broken")).rejects.toMatchObject({
      name: "WeirError",
    });
  });

  it("is had for all records", () => {
    expect(RECORDS.map(({ table }) => table).sort()).toEqual([
      "calls",
      "captures",
      "connections",
      "deliveries",
      "findings",
      "retries",
    ]);
  });
});

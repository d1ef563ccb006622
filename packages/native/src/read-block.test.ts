import { callRecord, captureRecord, connectionRecord, type Field, type RecordDefinition } from "@weir/model";
import { describe, expect, it } from "vitest";
import { nativeBlock } from "./native-block.ts";
import { readNativeBlock } from "./read-block.ts";

const VALUES: Readonly<Record<Field["type"], readonly unknown[]>> = {
  string: ["", 'q"uote\n', "Ωμέγα 🌊", "x".repeat(300)],
  bool: [true, false],
  int: [0, -1, 2 ** 40],
  float: [0, -2.25e-9],
  time: [0n, 1_700_000_000_123_456_789n],
  "string[]": [[], ["a", "", "Ω"]],
  "int[]": [[2, -3, 2 ** 40], []],
  pairs: [
    [],
    [
      ["a", ""],
      ["a", "ß"],
    ],
  ],
  map: [{ a: "1", b: "Ω" }, {}],
  json: [{ deep: [1, "two"] }, "text"],
};

/** Optional fields are absent in every third record; of maps the format knows no absence. */
function recordOf({ fields }: RecordDefinition, number: number): Record<string, unknown> {
  const all = fields.flatMap(({ name, type, optional }, index) =>
    optional && type !== "map" && (number + index) % 3 === 0
      ? []
      : [[name, VALUES[type][(number + index) % VALUES[type].length]] as const],
  );
  return Object.fromEntries(all);
}

describe("a native block, read", () => {
  it.each([connectionRecord, callRecord, captureRecord] as readonly RecordDefinition[])(
    "gives the records that it was made of: $name",
    (definition) => {
      const records = Array.from({ length: 12 }, (_, number) => recordOf(definition, number));
      expect(readNativeBlock(definition, nativeBlock(definition, records))).toEqual(records);
    },
  );

  it("passes over columns that this program does not know", () => {
    const newer = {
      ...captureRecord,
      fields: [...captureRecord.fields, { ...captureRecord.fields[0], name: "invented" }],
    };
    const block = nativeBlock(newer, [{ ...recordOf(captureRecord, 1), invented: "x" }]);
    expect(readNativeBlock(captureRecord, block)).toEqual([recordOf(captureRecord, 1)]);
  });

  it("that is cut anywhere is none", () => {
    const block = nativeBlock(captureRecord, [recordOf(captureRecord, 1)]);
    for (let length = 0; length < block.length; length += 1)
      expect(readNativeBlock(captureRecord, block.subarray(0, length))).toBeUndefined();
    expect(readNativeBlock(captureRecord, Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f))).toBeUndefined();
  });
});

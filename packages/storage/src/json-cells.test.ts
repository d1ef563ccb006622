import { describe, expect, it } from "vitest";
import { rowReader } from "./json-cells.ts";

const read = (type: string, cell: unknown) => rowReader([type])([cell])[0];

describe("cells of the engine's JSON", () => {
  it("are numbers where these hold every digit, else the digits", () => {
    expect(read("UInt64", "42")).toBe(42);
    expect(read("Int64", "-9007199254740991")).toBe(-9007199254740991);
    expect(read("UInt64", "18446744073709551615")).toBe("18446744073709551615");
  });

  it("are read within nullable, repeated and nested ones", () => {
    expect(read("Nullable(Int64)", null)).toBe(null);
    expect(read("Array(Nullable(UInt64))", ["1", null])).toEqual([1, null]);
    expect(read("Map(LowCardinality(String), UInt64)", { a: "0" })).toEqual({ a: 0 });
    expect(read("Array(Tuple(DateTime64(9, 'UTC'), UInt64))", [["2026", "7"]])).toEqual([["2026", 7]]);
    expect(read("Tuple(`a b` UInt64, name String)", { "a b": "5", name: "5" })).toEqual({ "a b": 5, name: "5" });
    expect(read("SimpleAggregateFunction(sum, Int64)", "9")).toBe(9);
  });

  it("stay as they are where they are text, even of digits", () => {
    expect(read("String", "42")).toBe("42");
    expect(read("Map(UInt64, String)", { "1": "42" })).toEqual({ "1": "42" });
    expect(read("FixedString(2)", "42")).toBe("42");
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseBeginning } from "./parse-beginning.ts";

describe("parseBeginning", () => {
  it("reads what JSON.parse reads", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5, noUnicodeString: false }), fc.constantFrom(undefined, 2), (text, indent) => {
        const value = JSON.parse(text);
        if (!text.includes("__proto__"))
          expect(parseBeginning(JSON.stringify(value, undefined, indent))).toEqual(value);
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  it.each([
    ['{"a":1,"b":"tex', { a: 1, b: "tex" }],
    ['{"a":{"b":[1,{"c":"d', { a: { b: [1, { c: "d" }] } }],
    ['{"a":1,"b', { a: 1 }],
    ['{"a":"x\\u00', { a: "x" }],
    ['[{"a":1},', [{ a: 1 }]],
    ["<html>", undefined],
    ['{"a":oops}', {}],
    ["", undefined],
  ])("keeps what is whole of %s", (text, value) => {
    expect(parseBeginning(text)).toEqual(value);
  });

  it("bears deep nesting and any beginning", () => {
    expect(parseBeginning("[".repeat(100_000))).toBeDefined();
    fc.assert(
      fc.property(fc.string(), (text) => void parseBeginning(`{"a":[${text}`)),
      { numRuns: 300, seed: 1 },
    );
  });
});

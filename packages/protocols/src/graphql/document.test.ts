import { describe, expect, it } from "vitest";
import { operationOf } from "./document.ts";

describe("operationOf", () => {
  it.each([
    ["{ me { id } cart }", { type: "query", name: undefined, rootFields: ["me", "cart"] }],
    [
      "query Cart($id: ID! = 7) @live { c: cart(id: $id) @include(if: true) { id } }",
      { name: "Cart", rootFields: ["cart"] },
    ],
    [
      'mutation Pay { pay(card: {number: "4111", list: [1, {a: 2}]}) { ok } }',
      { type: "mutation", rootFields: ["pay"] },
    ],
    ["subscription { ticks }", { type: "subscription", rootFields: ["ticks"] }],
    [
      "fragment F on Query { a b } query Q { ...F ... on Query { c } ... @skip(if: false) { d { e } } }",
      { rootFields: ["c", "d", "a", "b"] },
    ],
    ["# { no }\n query { a }", { rootFields: ["a"] }],
    ["query Cut($id: ID!) { cart(id: $id) { items { na", { name: "Cut", rootFields: ["cart"] }],
    ["query Signature($id", { name: "Signature", rootFields: [] }],
  ])("reads %s", (text, expected) => {
    expect(operationOf(text, undefined)).toMatchObject(expected);
  });

  it("takes the operation that is asked for", () => {
    expect(operationOf("query A { a } query B { b }", "B")).toMatchObject({ name: "B", rootFields: ["b"] });
  });

  it("masks values", () => {
    const masked = operationOf('query { user(mail: "a@b.c", age: 42, text: """long""") { id } }', undefined)?.masked;
    expect(masked).toBe('query { user(mail: "***" age: 0 text: "***") { id } }');
  });

  it.each(["shoes", "query", "query shoes", "select * from t", "", "mutation of a cell", "type Query { a: Int }"])(
    "knows that %j is no operation",
    (text) => {
      expect(operationOf(text, undefined)).toBeUndefined();
    },
  );

  it("bears deep nesting and endless words", () => {
    expect(operationOf("{a".repeat(100_000), undefined)).toMatchObject({ rootFields: ["a"] });
    expect(operationOf(`{${"...".repeat(50_000)}`, undefined)).toMatchObject({ rootFields: [] });
    expect(operationOf(`{a(b: "${"\\".repeat(100_001)}`, undefined)?.type).toBe("query");
  });
});

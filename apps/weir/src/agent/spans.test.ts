import { describe, expect, it } from "vitest";
import { Spans } from "./spans.ts";

describe("spans of time", () => {
  it("meet what overlaps them, ends included", () => {
    const spans = new Spans();
    spans.add(10n, 20n);
    spans.add(40n, 50n);
    const asked: readonly (readonly [bigint, bigint])[] = [
      [0n, 9n],
      [0n, 10n],
      [15n, 16n],
      [20n, 30n],
      [21n, 39n],
      [0n, 99n],
      [51n, 60n],
    ];
    expect(asked.map(([from, to]) => spans.meets(from, to))).toEqual([false, true, true, true, false, true, false]);
  });

  it("that touch become one, and the oldest of too many join", () => {
    const spans = new Spans();
    for (let at = 0n; at < 3_000n; at += 2n) spans.add(at * 10n, at * 10n + 5n);
    expect(spans.meets(29_980n, 29_981n)).toBe(true);
    expect(spans.meets(29_986n, 29_990n)).toBe(false);
    expect(spans.meets(6n, 7n)).toBe(true);
  });
});

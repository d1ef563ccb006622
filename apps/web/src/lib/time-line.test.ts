import { describe, expect, it } from "vitest";
import { placeOnLine } from "./time-line.ts";

const lasting = (startedAt: string, durationNs: number) => ({ startedAt, durationNs });

describe("things on one time line", () => {
  it("begins with its earliest, whichever comes first", () => {
    const { placed, durationNs } = placeOnLine([
      lasting("2026-01-01T00:00:00.000000500Z", 500),
      lasting("2026-01-01T00:00:00.000000000Z", 250),
    ]);
    expect(durationNs).toBe(1000);
    expect(placed.map(({ left, width }) => [left, width])).toEqual([
      [0.5, 0.5],
      [0, 0.25],
    ]);
  });

  it("has nothing to show of nothing", () => {
    expect(placeOnLine([]).placed).toEqual([]);
  });
});

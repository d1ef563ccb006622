import type { JoinedRow } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { layoutJoined } from "./joined-layout.ts";

const row = (startedAt: string, durationNs: number): JoinedRow => ({
  kind: "span",
  depth: 0,
  service: "orders",
  label: "POST",
  startedAt,
  durationNs,
  isFailed: false,
});

describe("a joined trace on one time line", () => {
  it("begins with its earliest row, whichever comes first", () => {
    const { rows, durationNs } = layoutJoined([
      row("2026-01-01T00:00:00.000000500Z", 500),
      row("2026-01-01T00:00:00.000000000Z", 250),
    ]);
    expect(durationNs).toBe(1000);
    expect(rows.map(({ left, width }) => [left, width])).toEqual([
      [0.5, 0.5],
      [0, 0.25],
    ]);
  });

  it("has nothing to show of nothing", () => {
    expect(layoutJoined([]).rows).toEqual([]);
  });
});

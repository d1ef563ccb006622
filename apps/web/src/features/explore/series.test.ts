import type { Answer } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { linesOf } from "./series.ts";

const at = (seconds: number) => `2026-07-30T12:00:${String(seconds).padStart(2, "0")}.000000000Z`;

function answer(columns: Answer["columns"], rows: Answer["rows"]): Answer {
  return {
    columns: [{ name: "time", role: "time", type: "time" }, ...columns],
    rows,
    records: rows.length,
    range: { from: at(1), to: at(25) },
    bucketNs: 1e10,
    grade: "whole",
    warnings: [],
    limits: { seconds: 1, memoryBytes: 1, resultBytes: 1, rows: 1, groups: 1 },
    cost: { rowsRead: 1, bytesRead: 1, elapsedMs: 1 },
  };
}

describe("linesOf", () => {
  const group = { name: "server.service", role: "group", type: "string" } as const;
  const start = Date.UTC(2026, 6, 30, 12);

  it("makes one line per group, with zero where nothing was counted", () => {
    const count = { name: "count()", role: "measure", type: "int" } as const;
    const rows = [
      [at(0), "orders", 3],
      [at(20), "orders", 5],
      [at(10), null, 1],
    ];
    expect(linesOf(answer([group, count], rows))).toMatchObject({
      times: [start, start + 10_000, start + 20_000],
      series: [
        { name: "orders", values: [3, 0, 5] },
        { name: "none", values: [0, 1, 0] },
      ],
    });
  });

  it("leaves a gap where nothing was measured, and puts the earlier period beside it", () => {
    const p95 = { name: "p95(call.durationNs)", role: "measure", type: "float", unit: "ns" } as const;
    const before = { ...p95, name: "p95(call.durationNs) before", role: "before", of: p95.name } as const;
    expect(linesOf(answer([p95, before], [[at(10), 7, 8]]))?.series).toEqual([
      { name: "all", values: [null, 7, null], isBefore: false },
      { name: "all, before", values: [null, 8, null], isBefore: true },
    ]);
  });
});

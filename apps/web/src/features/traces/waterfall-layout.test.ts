import type { Span } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { layoutWaterfall } from "./waterfall-layout.ts";

function span(spanId: string, parentSpanId: string | undefined, fromMs: number, durationMs: number): Span {
  return {
    ...{ spanId, service: "shop", operation: spanId, kind: "Internal", status: "Unset", statusMessage: "" },
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    startedAt: `2026-11-21T00:00:00.${String(fromMs).padStart(3, "0")}Z`,
    durationNs: durationMs * 1e6,
    ...{ attributes: {}, resourceAttributes: {}, scopeName: "", scopeVersion: "", events: [], links: [] },
  };
}
const shown = (spans: readonly Span[], ...closed: string[]) =>
  layoutWaterfall(spans, new Set(closed)).rows.map(({ span: one, depth }) => `${"  ".repeat(depth)}${one.spanId}`);

describe("a waterfall", () => {
  const spans = [
    span("late", "root", 60, 40),
    span("root", undefined, 0, 100),
    span("inner", "early", 20, 5),
    span("early", "root", 10, 20),
  ];

  it("shows spans below their parents, earliest first", () => {
    expect(shown(spans)).toEqual(["root", "  early", "    inner", "  late"]);
  });

  it("places them on one time line", () => {
    const { rows, durationNs } = layoutWaterfall(spans, new Set());
    expect(durationNs).toBe(100e6);
    expect(rows[3]).toMatchObject({ left: 0.6, width: 0.4 });
  });

  it("leaves out what is below a closed span", () => {
    expect(shown(spans, "early")).toEqual(["root", "  early", "  late"]);
  });

  it("says where a parent is missing, and shows such spans all the same", () => {
    const { rows } = layoutWaterfall([...spans, span("orphan", "gone", 5, 1)], new Set());
    expect(rows.filter(({ isParentMissing }) => isParentMissing).map(({ span: { spanId } }) => spanId)).toEqual([
      "orphan",
    ]);
  });

  it("is not led in circles by a span that is its own parent", () => {
    expect(shown([span("self", "self", 0, 1)])).toEqual(["self"]);
  });
});

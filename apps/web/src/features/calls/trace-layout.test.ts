import { describe, expect, it } from "vitest";
import type { CallJson } from "../../lib/api.ts";
import { layoutTrace } from "./trace-layout.ts";

const call = (callId: string, startedAt: string, durationNs: number) => ({ callId, startedAt, durationNs }) as CallJson;

describe("layoutTrace", () => {
  it("puts calls where they began, as wide as they lasted", () => {
    const bars = layoutTrace([
      call("inner", "2026-11-21T06:40:00.000000050Z", 25),
      call("outer", "2026-11-21T06:40:00.000000000Z", 100),
    ]);
    expect(bars.map(({ call: { callId }, left, width }) => [callId, left, width])).toEqual([
      ["outer", 0, 1],
      ["inner", 0.5, 0.25],
    ]);
  });

  it("has nothing to place without calls", () => {
    expect(layoutTrace([])).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { layoutThroughput, MIDDLE } from "./throughput-layout.ts";

describe("layoutThroughput", () => {
  it("lets the client's bars stand and the server's hang, each side on its own scale", () => {
    const layout = layoutThroughput([100, 0], [0, 40_000]);
    const [up] = layout?.client ?? [];
    const [down] = layout?.server ?? [];
    expect((up?.y ?? 0) + (up?.height ?? 0)).toBe(MIDDLE);
    expect(down?.y).toBe(MIDDLE);
    expect(down?.height).toBe(up?.height);
  });

  it("puts each bar in its bucket of time, and none where nothing was sent", () => {
    const layout = layoutThroughput([5, 0, 5, 5], []);
    expect(layout?.client.map(({ index, x }) => [index, x])).toEqual([
      [0, 0],
      [2, 50],
      [3, 75],
    ]);
  });

  it("draws nothing where nothing was measured", () => {
    expect(layoutThroughput([], [])).toBeUndefined();
    expect(layoutThroughput([0, 0], [0])).toBeUndefined();
  });
});

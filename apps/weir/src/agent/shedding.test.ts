import { describe, expect, it } from "vitest";
import { Shedding } from "./shedding.ts";

/** The levels that follow when the ring is so full at these moments. */
function levels(...moments: readonly (readonly [atMs: number, backlogRatio: number, hasLost?: boolean])[]): string[] {
  const shedding = new Shedding();
  return moments.map(([atMs, ratio, hasLost = false]) => {
    shedding.observe(ratio, hasLost, atMs);
    return shedding.level;
  });
}

describe("an agent whose ring fills up", () => {
  it("leaves out bodies, then calls, then packets of connections, and nothing more", () => {
    const moments = [0, 250, 500, 750, 1_000].map((atMs) => [atMs, 0.6] as const);
    expect(levels(...moments)).toEqual(["bodies", "calls", "connections", "connections", "connections"]);
  });

  it("gives a level a quarter of a second to help", () => {
    expect(levels([0, 0.9], [100, 0.9], [249, 0.9], [250, 0.9])).toEqual(["bodies", "bodies", "bodies", "calls"]);
  });

  it("takes lost packets for a full ring", () => {
    expect(levels([0, 0, true])).toEqual(["bodies"]);
  });

  it("takes all again step by step, each after five calm seconds", () => {
    expect(levels([0, 0.6], [250, 0.6], [1_000, 0], [5_999, 0], [6_000, 0], [10_999, 0], [11_000, 0])).toEqual([
      "bodies",
      "calls",
      "calls",
      "calls",
      "bodies",
      "bodies",
      "nothing",
    ]);
  });

  it("is not calm while the ring is half empty", () => {
    expect(levels([0, 0.6], [1_000, 0], [4_000, 0.3], [8_000, 0], [12_000, 0])).toEqual(new Array(5).fill("bodies"));
  });
});

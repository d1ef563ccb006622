import { describe, expect, it } from "vitest";
import { engineMemoryLimit, MemoryWatch } from "./memory.ts";

const GIB = 2 ** 30;

describe("the engine's memory", () => {
  it("is a fifth of the machine, within bounds", () => {
    expect(engineMemoryLimit(20 * GIB)).toBe(4 * GIB);
    expect(engineMemoryLimit(2 * GIB)).toBe(GIB);
    expect(engineMemoryLimit(1024 * GIB)).toBe(16 * GIB);
  });

  it("is beyond its limit when it stays there for three looks, not for a peak", () => {
    const watch = new MemoryWatch(GIB);
    const looks = [2, 2, 1, 2, 2, 2, 2].map((gib) => watch.isBeyond(gib * GIB));
    expect(looks).toEqual([false, false, false, false, false, true, false]);
    expect(watch.lastBytes).toBe(2 * GIB);
  });
});

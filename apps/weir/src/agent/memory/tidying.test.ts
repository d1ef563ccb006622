import { getHeapStatistics } from "node:v8";
import { describe, expect, it } from "vitest";
import { Tidying } from "./tidying.ts";

/** What records on their way leave behind: thirty-odd megabytes that nobody holds any more. */
function makeGarbage(): void {
  const room = Array.from({ length: 32 }, () => new Array<number>(1 << 17).fill(0.5));
  if (room.length === 0) throw new Error("it is made");
}

const usedBytes = () => getHeapStatistics().used_heap_size;

describe("a thread's memory", () => {
  it("is given back when the thread has begun, and then no sooner than a while later", async () => {
    const tidying = new Tidying(0);
    makeGarbage();
    const full = usedBytes();
    await tidying.tick(9_999);
    expect(usedBytes()).toBeGreaterThan(full - (16 << 20));
    await tidying.tick(10_000);
    expect(usedBytes()).toBeLessThan(full - (16 << 20));
    makeGarbage();
    const again = usedBytes();
    await tidying.tick(39_999);
    expect(usedBytes()).toBeGreaterThan(again - (16 << 20));
    await tidying.tick(40_000);
    expect(usedBytes()).toBeLessThan(again - (16 << 20));
  });
});

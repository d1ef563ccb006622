import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Timers } from "./timers.ts";

/** Lets time pass in steps; gives back when each timer fired. */
function firedAt(timers: Timers, times: readonly number[]): Map<number, number> {
  const fired = new Map<number, number>();
  for (const atNs of times) if (timers.isDue(atNs)) timers.fire(atNs, (record) => fired.set(record, atNs));
  return fired;
}

const seconds = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => (from + index) * 1e9);

describe("timers", () => {
  it("fire when they are due, within a second, and once", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 120e9, noNaN: true }), { maxLength: 50 }), (due) => {
        const timers = new Timers();
        for (const [record, dueNs] of due.entries()) timers.set(dueNs, record, 0, 0);
        const fired = firedAt(timers, seconds(0, 140));
        expect(fired.size).toBe(due.length);
        for (const [record, dueNs] of due.entries()) {
          expect(fired.get(record)).toBeGreaterThanOrEqual(dueNs);
          expect(fired.get(record)).toBeLessThanOrEqual(Math.max(1e9, dueNs + 2e9));
        }
      }),
    );
  });

  it("that are further away than a turn of the wheel come earlier, to be set again", () => {
    const timers = new Timers();
    timers.set(3_600e9, 1, 0, 0);
    timers.set(Number.POSITIVE_INFINITY, 2, 0, 0);
    const fired = firedAt(timers, seconds(0, 200));
    expect([...fired.keys()]).toEqual([1, 2]);
    expect(fired.get(1)).toBeLessThan(130e9);
  });

  it("survive a clock that jumps ahead, and one that is set back", () => {
    const timers = new Timers();
    timers.set(10e9, 1, 0, 0);
    expect([...firedAt(timers, [1e9, 7_200e9]).keys()]).toEqual([1]);
    timers.set(20e9, 2, 0, 15e9);
    expect([...firedAt(timers, seconds(15, 30)).keys()]).toEqual([2]);
  });

  it("may be set again while they fire", () => {
    const timers = new Timers();
    let times = 0;
    timers.set(5e9, 1, 0, 0);
    for (const atNs of seconds(0, 400)) {
      if (!timers.isDue(atNs)) continue;
      timers.fire(atNs, (record, stamp) => {
        times += 1;
        timers.set(atNs + 60e9, record, stamp, atNs);
      });
    }
    expect(times).toBe(7);
  });
});

import { describe, expect, it } from "vitest";
import { inOrder, inTime } from "./order.ts";

const samples = (...times: number[]) => ({
  times: Float64Array.from(times),
  values: Float64Array.from(times, (_, index) => index),
});

describe("samples as the store gives them", () => {
  it("are left as they are where they are in order", () => {
    const given = samples(1, 2, 5);
    expect(inOrder(given)).toBe(given);
  });

  it("are put in order, and of several at one time the last stands", () => {
    const given = samples(7, 8, 9, 4, 5, 6, 1, 5, 7, 2);
    const { times, values } = inOrder(given);
    expect([...times]).toEqual([1, 2, 4, 5, 6, 7, 8, 9]);
    expect([...values]).toEqual([6, 9, 3, 7, 5, 8, 1, 2]);
    expect(given).toEqual(samples(7, 8, 9, 4, 5, 6, 1, 5, 7, 2));
  });

  it("are in order whatever order they had", () => {
    const count = 200;
    // 77 has no divisor in common with 200: each time comes once.
    const { times, values } = inOrder(samples(...Array.from({ length: count }, (_, index) => (index * 77) % count)));
    expect([...times]).toEqual(Array.from({ length: count }, (_, index) => index));
    expect([...values].every((value, time) => (value * 77) % count === time)).toBe(true);
  });

  it("are cut to a time, both ends included", () => {
    expect([...inTime(samples(1, 2, 3, 4), 2, 3).times]).toEqual([2, 3]);
    expect([...inTime(samples(1, 2), 5, 6).times]).toEqual([]);
    expect([...inTime(samples(5, 6), 1, 2).times]).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { TopList } from "./top-list.ts";

const topOf = (size: number, numbers: readonly number[]) => {
  const list = new TopList<number>(size, (value) => value);
  for (const value of numbers) list.offer(value);
  return list.items();
};

describe("TopList", () => {
  it("keeps the highest, best first", () => {
    expect(topOf(3, [5, 1, 9, 7, 3])).toEqual([9, 7, 5]);
  });

  it("leaves out what scores nothing", () => {
    expect(topOf(3, [0, -1, 2])).toEqual([2]);
  });
});

import { expect, it } from "vitest";
import { readNumberRanges } from "./processor-clock.ts";

it("processors are listed as ranges", () => {
  expect(readNumberRanges("0-3,8,10-11\n")).toEqual([0, 1, 2, 3, 8, 10, 11]);
  expect(readNumberRanges("0\n")).toEqual([0]);
});

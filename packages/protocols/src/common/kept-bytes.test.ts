import { describe, expect, it } from "vitest";
import { keepBytes } from "./kept-bytes.ts";

describe("keepBytes", () => {
  it("keeps pieces of any length apart from each other and from what they were copied from", () => {
    const lengths = [0, 1, 64, 2047, 2048, 2049, 9000, 16_384, 40_000, 3];
    const kept = [...lengths, ...lengths, ...lengths].map((length, index) => {
      const borrowed = new Uint8Array(length + 7).fill(index + 1);
      const copy = keepBytes(borrowed, length);
      borrowed.fill(0);
      return copy;
    });
    for (const [index, copy] of kept.entries())
      expect(copy).toEqual(new Uint8Array(lengths[index % lengths.length] ?? 0).fill(index + 1));
  });
});

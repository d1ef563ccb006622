import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { OrderedBytes } from "./ordered-bytes.ts";

const mark = { packetNumber: 1, atNs: 0 };

function ordered(maxBytes = 1000) {
  const got: number[] = [];
  const gaps: number[] = [];
  const sink = {
    data: (bytes: Uint8Array) => void got.push(...bytes),
    gap: (missing: number) => void gaps.push(missing),
  };
  return { got, gaps, bytes: new OrderedBytes(sink, maxBytes) };
}

describe("OrderedBytes", () => {
  it("gives every byte once and in order, however pieces come, overlap and come again", () => {
    const piece = fc.tuple(fc.nat(99), fc.integer({ min: 1, max: 30 }));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const whole = Uint8Array.from({ length: 130 }, (_, index) => index);
        const { got, gaps, bytes } = ordered();
        for (const [at, length] of pieces) bytes.add(at, whole.subarray(at, at + length), mark);
        bytes.add(0, whole, mark);
        expect(got).toEqual([...whole]);
        expect(gaps).toEqual([]);
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("gives up what is missing where too much waits for it", () => {
    const { got, gaps, bytes } = ordered(10);
    bytes.add(5, new Uint8Array(8).fill(1), mark);
    expect(got).toEqual([]);
    bytes.add(20, new Uint8Array(8).fill(2), mark);
    expect(gaps).toEqual([5]);
    expect(got).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
    bytes.finish(mark, 30);
    expect(gaps).toEqual([5, 7, 2]);
  });
});

import { describe, expect, it } from "vitest";
import { cutAtMinutes } from "./time-range.ts";

const minute = 60_000_000_000n;

describe("a time range, cut at whole minutes", () => {
  it("has a rest before and after them", () => {
    expect(cutAtMinutes({ fromNs: minute - 1n, toNs: 3n * minute + 5n })).toEqual({
      minutes: { fromNs: minute, toNs: 3n * minute },
      rests: [
        { fromNs: minute - 1n, toNs: minute },
        { fromNs: 3n * minute, toNs: 3n * minute + 5n },
      ],
    });
  });

  it("has no rests where it begins and ends with a minute, or is open", () => {
    expect(cutAtMinutes({ fromNs: 2n * minute, toNs: 3n * minute }).rests).toEqual([]);
    expect(cutAtMinutes({})).toEqual({ minutes: {}, rests: [] });
  });

  it("is a rest as a whole where no minute fits in", () => {
    const range = { fromNs: 1n, toNs: 2n * minute - 1n };
    expect(cutAtMinutes(range)).toEqual({ rests: [range] });
  });

  it("knows minutes before 1970", () => {
    expect(cutAtMinutes({ fromNs: -minute - 1n, toNs: 0n })).toEqual({
      minutes: { fromNs: -minute, toNs: 0n },
      rests: [{ fromNs: -minute - 1n, toNs: -minute }],
    });
  });
});

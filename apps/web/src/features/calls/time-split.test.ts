import { describe, expect, it } from "vitest";
import { splitTime } from "./time-split.ts";

describe("splitTime", () => {
  it("splits the wait where the round trip is known", () => {
    const parts = splitTime({ durationNs: 100, requestNs: 10, waitNs: 80, serverThinkNs: 60, responseNs: 10 });
    expect(parts.map(({ kind, durationNs }) => [kind, durationNs])).toEqual([
      ["requestNs", 10],
      ["networkNs", 20],
      ["serverThinkNs", 60],
      ["responseNs", 10],
    ]);
  });

  it("keeps the wait whole where it is not, and says nothing without an answer", () => {
    expect(splitTime({ durationNs: 9, requestNs: 1, waitNs: 8, responseNs: 0 }).map(({ kind }) => kind)).toContain(
      "waitNs",
    );
    expect(splitTime({ requestNs: 10 })).toEqual([]);
  });
});

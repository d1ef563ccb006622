import { describe, expect, it } from "vitest";
import { splitTime, timeBeside } from "./time-split.ts";

describe("splitTime", () => {
  it("splits the wait where the round trip is known", () => {
    const parts = splitTime({
      durationNs: 100,
      requestNs: 10,
      waitNs: 80,
      networkNs: 20,
      serverThinkNs: 60,
      responseNs: 10,
      clientReadNs: 7,
    });
    expect(parts.map(({ kind, durationNs }) => [kind, durationNs])).toEqual([
      ["requestNs", 10],
      ["networkNs", 20],
      ["serverThinkNs", 60],
      ["responseNs", 3],
      ["clientReadNs", 7],
    ]);
  });

  it("keeps the wait whole where it is not, and says nothing without an answer", () => {
    expect(splitTime({ durationNs: 9, requestNs: 1, waitNs: 8, responseNs: 0 }).map(({ kind }) => kind)).toContain(
      "waitNs",
    );
    expect(splitTime({ requestNs: 10 })).toEqual([]);
  });

  it("says nothing of the client's reading where that is not known", () => {
    const parts = splitTime({ durationNs: 9, requestNs: 1, waitNs: 5, responseNs: 3 });
    expect(parts.map(({ kind, durationNs }) => [kind, durationNs])).toEqual([
      ["requestNs", 1],
      ["waitNs", 5],
      ["responseNs", 3],
    ]);
  });

  it("keeps apart what the duration does not hold", () => {
    expect(timeBeside({ clientNetworkNs: 5 }).map(({ durationNs }) => durationNs)).toEqual([5, undefined]);
  });
});

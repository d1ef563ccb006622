import { describe, expect, it } from "vitest";
import { verdictText } from "./verdict-text.ts";

describe("verdictText", () => {
  it("names a failure before what was slow", () => {
    expect(verdictText({ failingVerdict: "resetByServer", slowVerdict: "lossAfterVantage" })).toBe("reset by server");
    expect(verdictText({ failingVerdict: "working", slowVerdict: "lossAfterVantage" })).toBe("loss after vantage");
  });

  it("says nothing about what is well, or was not judged", () => {
    expect(verdictText({ failingVerdict: "working", slowVerdict: "clientIdle" })).toBeUndefined();
    expect(verdictText({})).toBeUndefined();
  });
});

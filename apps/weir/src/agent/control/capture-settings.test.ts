import { filterCompiler } from "@weir/capture";
import { describe, expect, it } from "vitest";
import { captureSettings, whyNot } from "./capture-settings.ts";

describe("what is captured", () => {
  const own = { expression: "host 10.0.0.1", snapBytes: 1_000 };

  it("is what the agent was started with, narrowed by its hub, and never wider", () => {
    expect(captureSettings(own, {})).toEqual({ ...own, sampleOneOf: 1 });
    expect(captureSettings(own, { filter: "tcp", snapBytes: 2_000, sampleOneOf: 8 })).toEqual({
      expression: "(host 10.0.0.1) and (tcp)",
      snapBytes: 1_000,
      sampleOneOf: 8,
    });
    expect(captureSettings({ ...own, expression: undefined }, { filter: "tcp", snapBytes: 96 })).toMatchObject({
      expression: "tcp",
      snapBytes: 96,
    });
  });

  it.skipIf(filterCompiler() === undefined)("is refused where it does not compile, or would leave its brackets", () => {
    expect(whyNot(own, [], { filter: "tcp port 80" })).toBeUndefined();
    expect(whyNot(own, [], { filter: "tcp prt 80" })).toContain("tcp prt 80");
    expect(whyNot(own, [], { filter: "tcp) or (udp" })).toContain("no filter of packets");
  });

  it("is refused where a masking is no expression", () => {
    const masking = { headers: [], attributes: [], patterns: ["(a+"] };
    expect(whyNot(own, [], { masking })).toContain("RE2");
  });
});

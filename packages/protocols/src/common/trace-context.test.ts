import { describe, expect, it } from "vitest";
import { parseB3, parseDatadog, parseSw8, parseTraceparent } from "./trace-context.ts";

describe("parseTraceparent", () => {
  it("reads the ids", () => {
    expect(parseTraceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")).toEqual({
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      parentSpanId: "00f067aa0ba902b7",
    });
  });

  it.each([
    "",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
    "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
    "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
  ])("ignores %j, as the standard demands", (text) => {
    expect(parseTraceparent(text)).toBeUndefined();
  });
});

describe("parseB3", () => {
  it.each([
    ["80f198ee56343ba864fe8b2a57d3eff7-e457b5a2e4d86bd1-1-05e3ac9a4f6e3b90", "80f198ee56343ba864fe8b2a57d3eff7"],
    ["64FE8B2A57D3EFF7-E457B5A2E4D86BD1", "000000000000000064fe8b2a57d3eff7"],
  ])("reads the ids of %s", (text, traceId) => {
    expect(parseB3(text)).toEqual({ traceId, parentSpanId: "e457b5a2e4d86bd1" });
  });

  it.each([
    "0",
    "d",
    "",
    "0000000000000000-e457b5a2e4d86bd1",
    "64fe8b2a57d3eff7-0000000000000000",
    "64fe8b-e457b5a2e4d86bd1-1",
  ])("has nothing of %j", (text) => {
    expect(parseB3(text)).toBeUndefined();
  });
});

describe("parseDatadog", () => {
  it("writes decimal ids as OpenTelemetry does", () => {
    expect(parseDatadog("1234567890123456789", "987654321")).toEqual({
      traceId: "0000000000000000112210f47de98115",
      parentSpanId: "000000003ade68b1",
    });
  });

  it("puts the upper half in front", () => {
    expect(parseDatadog("1", "2", "640cfd8d00000000")?.traceId).toBe("640cfd8d000000000000000000000001");
  });

  it.each([
    ["0", "1"],
    ["1", "0"],
    ["x", "1"],
    ["", ""],
  ])("has nothing of %j and %j", (traceId, parentId) => {
    expect(parseDatadog(traceId, parentId)).toBeUndefined();
  });
});

describe("parseSw8", () => {
  it("reads the trace, and the parent's segment with the number of its span", () => {
    expect(parseSw8("1-dHJhY2Uuc2t5-c2VnbWVudC4x-3-YQ==-YQ==-YQ==-YQ==")).toEqual({
      traceId: "trace.sky",
      parentSpanId: "segment.1.3",
    });
  });

  it.each(["", "1", "1-*-c2VnbWVudC4x-3", "1-dHJhY2Uuc2t5-c2VnbWVudC4x-x"])("has nothing of %j", (text) => {
    expect(parseSw8(text)).toBeUndefined();
  });
});

import type { ImportState } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { uploadOf } from "./import-file.ts";

const state = (more: Partial<ImportState>): ImportState => ({
  captureId: "a",
  name: "a.pcap",
  state: "reading",
  fileBytes: 100,
  bytesRead: 0,
  packets: 1234,
  ...more,
});

describe("uploadOf", () => {
  it("moves on while a file is read", () => {
    const [start, half] = [uploadOf(state({})), uploadOf(state({ bytesRead: 50 }))];
    expect(half.ratio).toBeGreaterThan(start.ratio);
    expect(half.text).toBe("reading, 1 234 packets");
  });

  it("says what ended a reading early, and why it failed", () => {
    expect(uploadOf(state({ state: "done", problem: "cut in packet 12" })).text).toBe(
      "1 234 packets; cut in packet 12",
    );
    expect(uploadOf(state({ state: "failed", problem: "not a capture" }))).toMatchObject({
      state: "failed",
      text: "not a capture",
    });
  });
});

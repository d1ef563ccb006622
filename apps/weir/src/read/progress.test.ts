import { describe, expect, it } from "vitest";
import { progressText } from "./progress.ts";

describe("progressText", () => {
  it("says how far, how fast and how long still", () => {
    expect(progressText("shop.pcap", 4 << 20, { bytesRead: 1 << 20, packets: 500_000 }, 1000)).toBe(
      "shop.pcap  25 %  1.00 MiB of 4.00 MiB · 500 000 packets/s · 3.00 s left",
    );
  });

  it("knows no end of a pipe", () => {
    expect(progressText("-", undefined, { bytesRead: 1024, packets: 10 }, 1000)).toBe("-  1.00 KiB · 10 packets/s");
  });
});

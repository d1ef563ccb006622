import { describe, expect, it } from "vitest";
import { overflowsIn } from "./listen-overflows.ts";

describe("the counter of full accept queues", () => {
  it("stands below its name", () => {
    const text =
      "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 17 18\nIpExt: InNoRoutes ListenOverflows\nIpExt: 3 4\n";
    expect(overflowsIn(text)).toBe(17);
  });

  it("is nothing where the kernel has none", () => {
    expect(overflowsIn("TcpExt: SyncookiesSent\nTcpExt: 0\n")).toBe(0);
    expect(overflowsIn("")).toBe(0);
  });
});

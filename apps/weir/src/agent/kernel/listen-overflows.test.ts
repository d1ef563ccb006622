import { describe, expect, it } from "vitest";
import { countersIn } from "./listen-overflows.ts";

describe("the counter of full accept queues", () => {
  it("stands below its name", () => {
    const text =
      "TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 17 18\nIpExt: InNoRoutes ListenOverflows\nIpExt: 3 4\n";
    expect(countersIn(text)).toEqual({ overflows: 17, drops: 18 });
  });

  it("is nothing where the kernel has none", () => {
    expect(countersIn("TcpExt: SyncookiesSent\nTcpExt: 0\n")).toEqual({ overflows: 0, drops: 0 });
    expect(countersIn("")).toEqual({ overflows: 0, drops: 0 });
  });
});

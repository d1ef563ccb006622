import { describe, expect, it } from "vitest";
import { bootUnixNs, NS_PER_MS, uptimeUnixNs } from "./uptime.ts";

const SENT_S = 1_700_000_000;
const SENT_NS = BigInt(SENT_S) * 1_000_000_000n;
const DAYS_49_7_MS = 2 ** 32;

/** When a flow was that a device, so long up when it sends, names by this uptime; in milliseconds before that. */
const agoMs = (uptimeMs: number, flowMs: number) =>
  Number((SENT_NS - uptimeUnixNs(bootUnixNs(SENT_S, 0, uptimeMs), flowMs, SENT_NS)) / NS_PER_MS);

describe("the time of a flow by its device's uptime", () => {
  it("is as long before the record was sent", () => {
    expect(agoMs(90_000, 30_000)).toBe(60_000);
  });

  it("is so too where the uptime began anew in between, as it does every 49.7 days", () => {
    expect(agoMs(10_000, DAYS_49_7_MS - 50_000)).toBe(60_000);
  });

  it("may be a little later than its record says that it was sent: devices write the two at different moments", () => {
    expect(agoMs(90_000, 90_005)).toBe(-5);
    expect(agoMs(DAYS_49_7_MS - 1, 4)).toBe(-5);
  });
});

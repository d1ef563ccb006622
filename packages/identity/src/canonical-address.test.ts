import { describe, expect, it } from "vitest";
import { canonicalAddress } from "./canonical-address.ts";

describe("canonicalAddress", () => {
  it.each([
    ["10.0.0.1", "10.0.0.1"],
    [" FD00::0001 ", "fd00::1"],
    ["fd00:0:0:0:0:0:0:1", "fd00::1"],
    ["[::1]", "::1"],
    ["::", "::"],
    ["fe80::1%eth0", "fe80::1"],
    ["::ffff:10.0.0.1", "10.0.0.1"],
    ["64:ff9b::10.0.0.1", "64:ff9b::a00:1"],
  ])("writes %j as %j", (text, canonical) => {
    expect(canonicalAddress(text)).toBe(canonical);
  });

  it.each(["orders", "1:2", "1::2::3", "1:2:3:4:5:6:7:8:9", "g::1", "::300.0.0.1"])(
    "leaves %j, which is no address",
    (text) => {
      expect(canonicalAddress(text)).toBe(text);
    },
  );
});

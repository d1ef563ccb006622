import { describe, expect, it } from "vitest";
import { unreachableError } from "./unreachable-error.ts";

describe("the errno that an ICMP message gives a process", () => {
  it.each([
    ["port unreachable", "10.0.0.2", "ECONNREFUSED"],
    ["host prohibited", "10.0.0.2", "EHOSTUNREACH"],
    ["communication prohibited", "10.0.0.2", "EHOSTUNREACH"],
    ["communication prohibited", "fd00::2", "EACCES"],
    ["no route", "fd00::2", "ENETUNREACH"],
    ["", "10.0.0.2", undefined],
  ])("%s from %s: %s", (code, address, error) => {
    expect(unreachableError(code, address)).toBe(error);
  });
});

import { describe, expect, it } from "vitest";
import { Bell } from "./bell.ts";
import { loadNative } from "./ffi.ts";
import { PollSet } from "./poll-set.ts";

const native = loadNative();

describe.skipIf(native instanceof Error)("a bell (here: where the C library can be called)", () => {
  it("ends a wait, and is silent after that until it is rung again", () => {
    const bell = Bell.open();
    if (native instanceof Error || bell === undefined) throw new Error("there is no bell");
    const polled = new PollSet(native.libc, [], bell.fd);
    expect(polled.wait(0)).toBe(false);
    bell.ring();
    bell.ring();
    expect(polled.wait(60_000)).toBe(false);
    expect(polled.wait(0)).toBe(false);
    bell.close();
  });
});

import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { DiskGuard, type DiskRoom, diskRoomOf } from "./disk-guard.ts";

const GIB = 2 ** 30;

function guardOf(rooms: readonly DiskRoom[]): { guard: DiskGuard; later: () => void } {
  let looks = 0;
  let nowMs = 0;
  const look = async () => rooms[Math.min(looks++, rooms.length - 1)]!;
  return {
    guard: new DiskGuard("/data", look, () => nowMs),
    later: () => {
      nowMs += 1_000;
    },
  };
}

describe("the disk guard", () => {
  it.each([
    ["a small disk with 2 GB free", 10 * GIB, 2 * GIB, false],
    ["a small disk with less", 10 * GIB, 2 * GIB - 1, true],
    ["a large disk with 5 % free", 1000 * GIB, 50 * GIB, false],
    ["a large disk with less", 1000 * GIB, 50 * GIB - 1, true],
  ])("of %s", async (_, totalBytes, freeBytes, isRefusing) => {
    const { guard } = guardOf([{ totalBytes, freeBytes }]);
    expect(await guard.state()).toEqual({ totalBytes, freeBytes, isRefusing });
    const written = guard.assertRoom();
    await (isRefusing ? expect(written).rejects.toMatchObject({ code: "STORAGE_FULL" }) : written);
  });

  it("goes on when there is room again, within a second", async () => {
    const { guard, later } = guardOf([
      { totalBytes: 10 * GIB, freeBytes: 0 },
      { totalBytes: 10 * GIB, freeBytes: 5 * GIB },
    ]);
    await expect(guard.assertRoom()).rejects.toThrow(/too little room/);
    await expect(guard.assertRoom()).rejects.toThrow();
    later();
    await guard.assertRoom();
  });

  it("knows the real disk", async () => {
    const { freeBytes, totalBytes } = await diskRoomOf(tmpdir());
    expect(freeBytes).toBeGreaterThan(0);
    expect(totalBytes).toBeGreaterThanOrEqual(freeBytes);
  });
});

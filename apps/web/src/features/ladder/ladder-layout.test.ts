import type { LadderPacket } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { kindOf, layoutLadder } from "./ladder-layout.ts";

const packet = (offsetNs: number, more: Partial<LadderPacket> = {}): LadderPacket => ({
  number: 1,
  offsetNs,
  fromClient: true,
  flags: "ACK",
  sequence: 0,
  acknowledgment: 0,
  payloadBytes: 0,
  windowBytes: 0,
  notes: [],
  ...more,
});

describe("layoutLadder", () => {
  it("keeps the order, stretches waits a little and compresses long pauses", () => {
    const { rungs } = layoutLadder([packet(0), packet(1e6), packet(11e6), packet(2e9), packet(200e9)]);
    const gaps = rungs.slice(1).map(({ y }, index) => y - (rungs[index]?.y ?? 0));
    expect(gaps.slice(0, 3).every((gap, index) => gap > (gaps[index - 1] ?? 0))).toBe(true);
    expect(rungs.map(({ isPause }) => isPause)).toEqual([false, false, false, false, true]);
    expect(Math.max(...gaps)).toBeLessThan(60);
  });

  it("draws each side's window until that side says another one", () => {
    const { clientWindow, serverWindow, rungs, height } = layoutLadder([
      packet(0, { windowBytes: 100 }),
      packet(1, { fromClient: false, windowBytes: 50 }),
      packet(2, { fromClient: false, windowBytes: 0 }),
    ]);
    expect(clientWindow).toEqual([{ y: rungs[0]?.y, height: height - (rungs[0]?.y ?? 0), windowBytes: 100 }]);
    expect(serverWindow.map(({ windowBytes }) => windowBytes)).toEqual([50, 0]);
    expect((serverWindow[0]?.y ?? 0) + (serverWindow[0]?.height ?? 0)).toBe(serverWindow[1]?.y);
  });

  it("draws no window of resets and of UDP", () => {
    const { clientWindow } = layoutLadder([packet(0, { flags: "RST" }), packet(1, { flags: "" })]);
    expect(clientWindow).toEqual([]);
  });

  it("has a place for nothing", () => {
    expect(layoutLadder([])).toMatchObject({ rungs: [], widestBytes: 1 });
  });
});

describe("kindOf", () => {
  it("shows the worst that a packet is", () => {
    expect(kindOf(packet(0, { notes: ["zeroWindow", "retransmission"] }))).toBe("resent");
    expect(kindOf(packet(0, { flags: "RST ACK" }))).toBe("reset");
    expect(kindOf(packet(0, { notes: ["windowUpdate"] }))).toBe("plain");
  });
});

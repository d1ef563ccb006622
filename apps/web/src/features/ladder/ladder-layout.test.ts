import type { LadderPacket } from "@weir/http-contract";
import { describe, expect, it } from "vitest";
import { kindOf, layoutLadder } from "./ladder-layout.ts";

const packet = (offsetNs: number, notes: string[] = [], flags = "ACK"): LadderPacket => ({
  number: 1,
  offsetNs,
  fromClient: true,
  flags,
  sequence: 0,
  acknowledgment: 0,
  payloadBytes: 0,
  windowBytes: 0,
  notes,
});

describe("layoutLadder", () => {
  it("keeps the order and labels long pauses", () => {
    const { rungs } = layoutLadder([packet(0), packet(1e6), packet(2e9)]);
    expect(rungs.map(({ pauseNs }) => pauseNs)).toEqual([undefined, undefined, 2e9 - 1e6]);
    expect(rungs[2]?.y).toBeGreaterThan((rungs[1]?.y ?? 0) + 22);
  });
});

describe("kindOf", () => {
  it("shows the worst that a packet is", () => {
    expect(kindOf(packet(0, ["zeroWindow", "retransmission"]))).toBe("resent");
    expect(kindOf(packet(0, [], "RST ACK"))).toBe("reset");
    expect(kindOf(packet(0))).toBe("plain");
  });
});

import { describe, expect, it } from "vitest";
import { Reassembler } from "./fragments.ts";

const header = new Uint8Array(20);

describe("putting datagrams together", () => {
  it("lets the bytes that came first win where fragments overlap", () => {
    const reassembler = new Reassembler();
    reassembler.add("a", 0, header, Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1), 0, false);
    const whole = reassembler.add("a", 1, header, Uint8Array.of(2, 2, 2, 2, 2, 2, 2, 2, 2, 2), 0, true);
    expect(whole?.bytes.subarray(20)).toEqual(Uint8Array.of(1, 1, 1, 1, 1, 1, 1, 1, 2, 2));
  });

  it("forgets a datagram whose fragments stay away", () => {
    const reassembler = new Reassembler();
    reassembler.add("a", 0, header, new Uint8Array(8), 0, false);
    expect(reassembler.add("a", 61e9, header, new Uint8Array(8), 8, true)).toBeUndefined();
  });

  it("keeps its limits against one fragment sent again and again, and against many datagrams that never end", () => {
    const reassembler = new Reassembler();
    const payload = new Uint8Array(60_000);
    let mostBytes = 0;
    for (let index = 0; index < 20_000; index += 1) {
      reassembler.add(index % 2 === 0 ? "same" : `other ${index}`, index, header, payload, 8, false);
      mostBytes = Math.max(mostBytes, reassembler.pendingBytes);
    }
    expect(mostBytes).toBeLessThanOrEqual(16 * 1024 * 1024);
  });
});

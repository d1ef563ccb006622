import { Packet, TcpFlag } from "@weir/wire";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConnectionMemory } from "../memory/connection-memory.ts";
import { CLIENT, RECORD_BYTES, SERVER } from "../memory/connection-record.ts";
import { takeExpected } from "./expected.ts";
import { judge } from "./judge.ts";

/** A step of a random conversation: who sends, how much, and how far from what would be next. */
const step = fc.record({
  fromClient: fc.boolean(),
  payloadBytes: fc.constantFrom(0, 0, 1, 1, 2, 100, 1000),
  jump: fc.constantFrom(0, 0, 0, 0, 0, 0, -100, -1, 1, 100),
  acknowledged: fc.constantFrom(0, 0, 0, 0, -100, -1, 1, 100),
  window: fc.constantFrom(0, 1, 100, 100, 1000, 1000, 60_000),
  flags: fc.constantFrom(TcpFlag.ack, TcpFlag.ack, TcpFlag.ack, TcpFlag.ack | TcpFlag.psh, TcpFlag.ack | TcpFlag.fin),
  afterNs: fc.constantFrom(1e3, 1e6, 50e6),
});

/** The record of a connection whose handshake was seen, or of one that began before the capture. */
function begun(start: number, hasHandshake: boolean): ConnectionMemory {
  const memory = new ConnectionMemory();
  memory.allocate();
  if (!hasHandshake) return memory;
  const packet = new Packet();
  Object.assign(packet, { tcpSequence: start - 1, tcpFlags: TcpFlag.syn, tcpWindow: 1000, ttl: 64 });
  judge(memory, packet, memory.base + CLIENT, memory.base + SERVER, true);
  Object.assign(packet, { tcpSequence: 4999, tcpAcknowledgment: start >>> 0, tcpFlags: TcpFlag.syn | TcpFlag.ack });
  judge(memory, packet, memory.base + SERVER, memory.base + CLIENT, false);
  return memory;
}

function recordOf({ ints, base }: ConnectionMemory): Int32Array {
  return ints.slice(base, base + RECORD_BYTES / 4);
}

describe("the segment that is expected", () => {
  it("leaves the same behind as sequence analysis would, and has no marks there", () => {
    const starts = fc.constantFrom(1, 1000, 0x7fff_ff00, 0xffff_ff00);
    fc.assert(
      fc.property(starts, fc.boolean(), fc.array(step, { maxLength: 40 }), (start, hasHandshake, steps) => {
        const quick = begun(start, hasHandshake);
        const whole = begun(start, hasHandshake);
        const next: Record<"client" | "server", number> = { client: start, server: 5000 };
        let atNs = 0;
        for (const { fromClient, payloadBytes, jump, acknowledged, window, flags, afterNs } of steps) {
          const [own, other] = fromClient ? (["client", "server"] as const) : (["server", "client"] as const);
          atNs += afterNs;
          const packet = new Packet();
          Object.assign(packet, { tcpFlags: flags, tcpWindow: window, payloadBytes, atNs });
          packet.tcpSequence = (next[own] + jump) >>> 0;
          packet.tcpAcknowledgment = (next[other] + acknowledged) >>> 0;
          next[own] = Math.max(next[own], next[own] + jump + payloadBytes);
          const [forward, reverse] = fromClient ? [CLIENT, SERVER] : [SERVER, CLIENT];
          const isExpected = takeExpected(quick.ints, quick.reals, quick.base + forward, quick.base + reverse, packet);
          if (!isExpected) judge(quick, packet, quick.base + forward, quick.base + reverse, fromClient);
          const marks = judge(whole, packet, whole.base + forward, whole.base + reverse, fromClient);
          if (isExpected) expect(marks).toBe(0);
          expect(recordOf(quick)).toEqual(recordOf(whole));
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is what nearly all segments of a conversation are that goes well", () => {
    const memory = begun(1000, true);
    let taken = 0;
    for (let round = 0; round < 10; round += 1) {
      const packet = new Packet();
      Object.assign(packet, { tcpFlags: TcpFlag.ack, tcpWindow: 1000, payloadBytes: 10, atNs: round });
      packet.tcpSequence = 1000 + round * 10;
      packet.tcpAcknowledgment = 5000;
      if (takeExpected(memory.ints, memory.reals, memory.base + CLIENT, memory.base + SERVER, packet)) taken += 1;
    }
    expect(taken).toBe(10);
  });
});

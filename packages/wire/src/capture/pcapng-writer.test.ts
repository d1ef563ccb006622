import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Packet } from "../packet.ts";
import { concat, ScriptedCapture } from "../testing/scripted-capture.ts";
import {
  interfaceBlock,
  namesBlock,
  packetBlock,
  packetBlockBytes,
  sectionBlock,
  writePacketBlock,
} from "./pcapng-writer.ts";
import { CaptureReader } from "./reader.ts";

const HEAD = [
  sectionBlock({ application: "weir test", comment: "Ωμέγα" }),
  interfaceBlock({ name: "eth0", linkType: 1 }),
] as const;

/** Frames with these payloads, between two ends. */
function captureOf(payloads: readonly Uint8Array[]): Uint8Array {
  const script = new ScriptedCapture();
  for (const payload of payloads) {
    script.after(1_234_567_891);
    script.udp("10.0.0.1:5353", "10.0.0.3:53", payload);
  }
  return script.toPcap();
}

function read(bytes: Uint8Array, take: (packet: Packet, reader: CaptureReader) => void): CaptureReader {
  const reader = new CaptureReader();
  const give = (packet: Packet) => take(packet, reader);
  reader.push(bytes, give);
  reader.end(give);
  return reader;
}

const frameOf = ({ frame, frameStart, frameEnd }: Packet) => frame.slice(frameStart, frameEnd);

describe("a pcapng file that was written", () => {
  it("is read as the packets that went in, whatever their lengths: bytes, times and numbers", () => {
    const payload = fc.uint8Array({ maxLength: 70 });
    fc.assert(
      fc.property(fc.array(payload, { minLength: 1, maxLength: 8 }), (payloads) => {
        const blocks: Uint8Array[] = [...HEAD];
        const wanted: unknown[] = [];
        read(captureOf(payloads), (packet, { startUnixNs }) => {
          packet.number += 700;
          const unixNs = startUnixNs + BigInt(packet.atNs);
          blocks.push(packetBlock(packet, 0, unixNs));
          wanted.push([frameOf(packet), packet.wireBytes, packet.number, unixNs]);
        });
        const got: unknown[] = [];
        const { summary } = read(concat(...blocks), (packet, { startUnixNs }) =>
          got.push([frameOf(packet), packet.wireBytes, packet.packetId, startUnixNs + BigInt(packet.atNs)]),
        );
        expect(got).toEqual(wanted);
        expect(summary).toMatchObject({ format: "pcapng", problem: undefined });
        expect(summary.interfaces).toMatchObject([{ name: "eth0", linkType: 1 }]);
      }),
    );
  });

  it("holds times to the last nanosecond, far into the future", () => {
    const times = [0n, 1n, 999_999_999n, 1_700_000_000_123_456_789n, 4_294_967_295_999_999_999n, 2n ** 63n - 1n];
    const got = times.map((unixNs) => {
      const blocks: Uint8Array[] = [...HEAD];
      read(captureOf([new Uint8Array(3)]), (packet) => blocks.push(packetBlock(packet, 0, unixNs)));
      return read(concat(...blocks), () => undefined).startUnixNs;
    });
    expect(got).toEqual(times);
  });

  it("takes exactly the room that was told, one packet behind the other", () => {
    const room = { bytes: new Uint8Array(1_000).fill(0xff), view: new DataView(new ArrayBuffer(0)) };
    room.view = new DataView(room.bytes.buffer);
    let at = 0;
    read(captureOf([new Uint8Array(1), new Uint8Array(2), new Uint8Array(4)]), (packet) => {
      const wanted = at + packetBlockBytes(packet.capturedBytes);
      at = writePacketBlock(room, at, packet, 0, 1, 2);
      expect(at).toBe(wanted);
    });
    expect(room.bytes.subarray(at).every((byte) => byte === 0xff)).toBe(true);
    const { summary } = read(concat(...HEAD, room.bytes.subarray(0, at)), () => undefined);
    expect(summary).toMatchObject({ packets: 3, problem: undefined });
  });

  it("carries names of addresses", () => {
    const names = namesBlock([
      { address: Uint8Array.of(10, 0, 0, 3), name: "orders" },
      { address: new Uint8Array(16).fill(0xfd), name: "zahlung-ä" },
    ]);
    const { summary } = read(concat(...HEAD, names), () => undefined);
    expect(summary.names).toEqual([
      { address: "10.0.0.3", name: "orders" },
      { address: "fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd", name: "zahlung-ä" },
    ]);
  });
});

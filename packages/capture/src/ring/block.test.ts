import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ScriptedPacket, scriptedBlock } from "../testing/scripted-block.ts";
import { BlockCursor } from "./block.ts";
import { Frame } from "./frame.ts";
import { PacketStatus } from "./layout.ts";

interface Read extends Pick<Frame, "seconds" | "nanoseconds" | "wireBytes" | "linkType" | "interfaceIndex"> {
  readonly bytes: Uint8Array;
  readonly isSuperFrame: boolean;
}

/** All frames of a block. */
function readBlock(block: Uint8Array): Read[] {
  const cursor = new BlockCursor(block);
  const frame = new Frame();
  const frames: Read[] = [];
  cursor.enter(0, block.length);
  while (cursor.isAtPacket)
    if (cursor.take(frame)) {
      const { seconds, nanoseconds, wireBytes, linkType, interfaceIndex, isSuperFrame, bytes, start, end } = frame;
      frames.push({
        seconds,
        nanoseconds,
        wireBytes,
        linkType,
        interfaceIndex,
        isSuperFrame,
        bytes: bytes.slice(start, end),
      });
    }
  return frames;
}

const MACS = Uint8Array.from([2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1]);
const ethernet = (...rest: number[]) => Uint8Array.from([...MACS, ...rest]);
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

describe("a block that Linux filled", () => {
  const frames = readBlock(new Uint8Array(readFileSync(new URL("fixtures/http-and-vlan-42.block", import.meta.url))));

  it("holds its packets in order of time, cut to the snap length", () => {
    expect(frames).toHaveLength(13);
    expect(frames.map(({ seconds }) => seconds)).toEqual(Array.from({ length: 13 }, () => 1_795_279_846));
    const times = frames.map(({ nanoseconds }) => nanoseconds);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.max(...frames.map(({ bytes }) => bytes.length))).toBe(96);
    expect(frames.some(({ wireBytes }) => wireBytes > 96)).toBe(true);
  });

  it("gets the VLAN tag back into its frame", () => {
    const [query] = frames;
    expect(hex(query!.bytes.subarray(0, 20))).toBe("ffffffffffff0200000000018100a02a08004500");
    expect(query).toMatchObject({ wireBytes: 75, linkType: 1 });
    expect(query!.bytes).toHaveLength(75);
  });
});

describe("a frame of a block", () => {
  it("is told with its interface, time, length on the wire, and whether it stands for several segments", () => {
    const packet = { seconds: 7, nanoseconds: 9, interfaceIndex: 5, wireBytes: 3_000, status: PacketStatus.superFrame };
    const [frame] = readBlock(scriptedBlock([{ ...packet, frame: ethernet(8, 0, 0x45) }]));
    expect(frame).toMatchObject({
      seconds: 7,
      nanoseconds: 9,
      interfaceIndex: 5,
      wireBytes: 3_000,
      isSuperFrame: true,
    });
  });

  it.each([
    [{ tag: 0x0001 }, "81000001"],
    [{ tag: 0x2064, etherType: 0x88a8 }, "88a82064"],
  ])("has the VLAN tag %j where it was on the wire", (vlan, tag) => {
    const [frame] = readBlock(scriptedBlock([{ frame: ethernet(8, 0, 0x45), vlan }]));
    expect(hex(frame!.bytes)).toBe(`${hex(MACS)}${tag}080045`);
    expect(frame?.wireBytes).toBe(19);
  });

  it("begins with IP where its interface is no Ethernet: a tunnel's own header is not passed on", () => {
    const gre = { hardwareType: 778, linkBytes: 4, frame: Uint8Array.from([1, 2, 3, 4, 0x45, 0, 0, 20]) };
    const [frame] = readBlock(scriptedBlock([gre]));
    expect(frame).toMatchObject({ linkType: 101, wireBytes: 4 });
    expect(hex(frame!.bytes)).toBe("45000014");
  });
});

describe("any block", () => {
  const packet: fc.Arbitrary<ScriptedPacket> = fc.record(
    {
      frame: fc.uint8Array({ minLength: 14, maxLength: 200 }),
      seconds: fc.nat(),
      nanoseconds: fc.nat(999_999_999),
      interfaceIndex: fc.nat(1000),
    },
    { requiredKeys: ["frame"] },
  );

  it("gives back the frames that were laid into it", () => {
    fc.assert(
      fc.property(fc.array(packet, { maxLength: 40 }), (packets) => {
        const frames = readBlock(scriptedBlock(packets));
        expect(frames.map(({ bytes }) => hex(bytes))).toEqual(packets.map(({ frame }) => hex(frame)));
        expect(frames.map(({ seconds }) => seconds)).toEqual(packets.map(({ seconds = 0 }) => seconds));
      }),
    );
  });

  it("is read without a step outside of it, whatever is damaged", () => {
    const damage = fc.array(fc.tuple(fc.nat(2_000), fc.nat(255)), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 5 }), damage, (packets, changes) => {
        const block = scriptedBlock(packets, 2_048);
        for (const [at, value] of changes) block[at] = value;
        for (const { bytes } of readBlock(block)) expect(bytes.length).toBeLessThanOrEqual(2_048);
      }),
      { numRuns: 500 },
    );
  });
});

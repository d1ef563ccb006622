import type { Mark } from "@weir/base";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FrameReader, type FrameShape } from "./frame-reader.ts";

/** Frames for the tests: 0xfa, a length of two bytes (of the whole frame), a body. */
const SHAPE: FrameShape = {
  headerBytes: 3,
  lengthOf: (bytes) => (bytes[0] === 0xfa ? ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0) : undefined),
  maxBytes: 1_000,
  keptBytes: 16,
  resumes: (bytes) => (bytes[0] !== 0xfa ? "noMatch" : bytes.length < 3 ? "needMore" : "match"),
};

const packet = (packetNumber: number): Mark => ({ packetNumber, atNs: packetNumber });

function frame(bodyBytes: number, fill: number): Uint8Array {
  const bytes = new Uint8Array(3 + bodyBytes).fill(fill);
  bytes.set([0xfa, (bytes.length >> 8) & 0xff, bytes.length & 0xff]);
  return bytes;
}

function reader({ midStream = false, stopAt = 0 } = {}) {
  const seen: { length: number; kept: number; fill: number; first: number; last: number; hasGap: boolean }[] = [];
  const damages: number[] = [];
  const frames = new FrameReader(
    SHAPE,
    {
      frame({ bytes, length, first, last, hasGap }) {
        const fill = bytes.at(-1) ?? 0;
        seen.push({ length, kept: bytes.length, fill, first: first.packetNumber, last: last.packetNumber, hasGap });
        return seen.length !== stopAt;
      },
      damaged: ({ packetNumber }) => damages.push(packetNumber),
    },
    midStream,
  );
  return { frames, seen, damages };
}

describe("FrameReader", () => {
  it("says the same however the stream is cut", () => {
    const sizes = fc.array(fc.nat(200), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(sizes, fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }), (bodies, cuts) => {
        const whole = Uint8Array.from(bodies.flatMap((bytes, index) => [...frame(bytes, index + 1)]));
        const { frames, seen } = reader();
        for (let at = 0, turn = 0; at < whole.length; turn += 1) {
          const size = cuts[turn % cuts.length] ?? 1;
          frames.data(whole.subarray(at, at + size), packet(turn));
          at += size;
        }
        expect(seen.map(({ length }) => length)).toEqual(bodies.map((bytes) => bytes + 3));
        expect(seen.map(({ kept }) => kept)).toEqual(bodies.map((bytes) => Math.min(16, bytes + 3)));
        expect(frames.underWay).toBeUndefined();
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it("names the first and the last packet of a frame", () => {
    const { frames, seen } = reader();
    const bytes = frame(100, 7);
    frames.data(bytes.subarray(0, 2), packet(1));
    frames.data(bytes.subarray(2, 60), packet(2));
    frames.data(bytes.subarray(60), packet(5));
    expect(seen).toEqual([{ length: 103, kept: 16, fill: 7, first: 1, last: 5, hasGap: false }]);
  });

  it("goes on behind a hole in a body", () => {
    const { frames, seen } = reader();
    frames.data(frame(100, 1).subarray(0, 10), packet(1));
    frames.gap(90);
    frames.data(Uint8Array.from([1, 1, 1, ...frame(5, 2)]), packet(3));
    expect(seen).toMatchObject([
      { length: 103, kept: 10, hasGap: true, last: 3 },
      { length: 8, kept: 8, fill: 2, hasGap: false },
    ]);
  });

  it("looks for a packet that begins a frame behind a hole that hides where the next one is, and in the middle of a stream", () => {
    const { frames, seen } = reader({ midStream: true });
    frames.data(Uint8Array.of(9, 9, ...frame(5, 1)), packet(1));
    expect(seen).toEqual([]);
    frames.data(frame(5, 2), packet(2));
    frames.gap(500);
    frames.data(Uint8Array.of(9, 9), packet(4));
    frames.data(frame(5, 3).subarray(0, 1), packet(5));
    frames.data(frame(5, 3).subarray(1), packet(5));
    expect(seen.map(({ fill }) => fill)).toEqual([2, 3]);
  });

  it("counts damage and finds the next packet that begins a frame", () => {
    const { frames, seen, damages } = reader();
    frames.data(Uint8Array.of(...frame(5, 1), 1, 2, 3, 4), packet(1));
    frames.data(Uint8Array.of(0xfa, 0xff, 0xff), packet(2));
    frames.data(frame(5, 2), packet(3));
    expect(seen.map(({ fill }) => fill)).toEqual([1, 2]);
    expect(damages).toEqual([1, 2]);
  });

  it("stops where its handler says so, and has what is left", () => {
    const { frames, seen } = reader({ stopAt: 1 });
    frames.data(Uint8Array.of(...frame(5, 1), ...frame(5, 2)), packet(1));
    expect(seen).toHaveLength(1);
    expect(frames.rest).toEqual(frame(5, 2));
  });
});

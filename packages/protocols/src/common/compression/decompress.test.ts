import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Compression, decompress } from "./decompress.ts";

const TEXT = Buffer.from(
  Array.from({ length: 400 }, (_, index) => `{"id":${index},"name":"item ${index * 7919}"}`).join("\n"),
);
const hex = (text: string) => Uint8Array.from(Buffer.from(text.replaceAll(" ", ""), "hex"));

/** Made by the reference tools of each format: `zstd`, `lz4`, Snappy. */
const HELLO = Buffer.from("hello hello hello hello hello hello");
const PREPARED: readonly (readonly [Compression, Uint8Array])[] = [
  ["zstd", hex("28b52ffd24236500003068656c6c6f200100b94b112be168e7")],
  ["lz4Frame", hex("04224d186440a7100000006f68656c6c6f200600055068656c6c6f00000000bd9cd674")],
  ["lz4Block", hex("6f68656c6c6f200600055068656c6c6f")],
  ["snappy", hex("231468656c6c6f20720600")],
  ["snappy", hex("82534e415050590000000001000000010000000b231468656c6c6f20720600")],
];

describe("decompress", () => {
  it.each([
    ["gzip", gzipSync(TEXT)],
    ["deflate", deflateSync(TEXT)],
    ["deflate", deflateRawSync(TEXT)],
    ["zlib", deflateSync(TEXT)],
    ["rawDeflate", deflateRawSync(TEXT)],
    ["br", brotliCompressSync(TEXT)],
  ] as const)("%s gives what was compressed", (compression, bytes) => {
    const whole = decompress(compression, bytes, 1 << 16);
    expect(whole).toMatchObject({ isTruncated: false, isBomb: false });
    expect(Buffer.from(whole!.bytes).equals(TEXT)).toBe(true);
  });

  it.each(PREPARED)("%s of another tool", (compression, bytes) => {
    const whole = decompress(compression, bytes, 1 << 10);
    expect(Buffer.from(whole!.bytes).toString()).toBe(HELLO.toString());
    expect(whole!.isTruncated).toBe(false);
  });

  it.each([
    ["gzip", gzipSync(TEXT)],
    ["deflate", deflateSync(TEXT)],
    ["rawDeflate", deflateRawSync(TEXT)],
    ...PREPARED.filter(([compression]) => /snappy|lz4/.test(compression)),
  ] as const)("%s gives the beginning, wherever the input ends", (compression, bytes) => {
    const expected = bytes.length < 100 ? HELLO : TEXT;
    let longest = 0;
    const step = bytes.length < 100 ? 1 : 13;
    for (let length = bytes.length % step; length <= bytes.length; length += step) {
      const part = decompress(compression, bytes.subarray(0, length), 1 << 16);
      if (part === undefined) continue;
      expect(expected.subarray(0, part.bytes.length).equals(Buffer.from(part.bytes))).toBe(true);
      expect(part.bytes.length).toBeGreaterThanOrEqual(longest);
      longest = part.bytes.length;
    }
    expect(longest).toBeGreaterThan(expected.length * 0.8);
  });

  it.each([
    ["gzip", gzipSync(Buffer.alloc(64 << 20))],
    ["br", brotliCompressSync(Buffer.alloc(250_000))],
  ] as const)("stops a bomb of %s at the limit, and says so", (compression, bytes) => {
    const part = decompress(compression, bytes.subarray(0, 4096), 4096);
    expect(part?.bytes.length).toBe(4096);
    expect(part?.isBomb).toBe(true);
  });

  it("gives nothing of what it cannot read", () => {
    expect(decompress("compress", TEXT, 100)).toBeUndefined();
    expect(decompress("toString", TEXT, 100)).toBeUndefined();
    for (const compression of ["gzip", "zlib", "br", "zstd", "lz4Frame"])
      expect(decompress(compression, TEXT, 100)).toBeUndefined();
    expect(decompress("br", brotliCompressSync(TEXT).subarray(0, 500), 100)).toBeUndefined();
  });

  it("refuses Zstandard that costs more than it is worth", () => {
    // A window of a gigabyte; then 20 000 empty blocks that each move a window of eight megabytes; then a block of 0xffff + 0x7f00 sequences.
    const manyBlocks = Buffer.concat([hex("28b52ffd 00 68"), Buffer.alloc(60_000)]);
    const manySequences = Buffer.concat([hex("28b52ffd 00 38 45 01 00 00 ff ff ff 00"), Buffer.alloc(100)]);
    for (const bytes of [hex("28b52ffd 00 a0 010000"), manyBlocks, manySequences])
      expect(decompress("zstd", bytes, 1000)).toBeUndefined();
  });
});

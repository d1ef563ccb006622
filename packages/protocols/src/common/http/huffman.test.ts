import { describe, expect, it } from "vitest";
import { decodeHuffman } from "./huffman.ts";

const hex = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const decoded = (text: string) => decodeHuffman(hex(text), 0, text.length / 2);

describe("decodeHuffman", () => {
  it("reads the strings of RFC 7541 C.4 and C.6", () => {
    expect(decoded("f1e3c2e5f23a6ba0ab90f4ff")).toBe("www.example.com");
    expect(decoded("a8eb10649cbf")).toBe("no-cache");
    expect(decoded("25a849e95bb8e8b4bf")).toBe("custom-value");
    expect(decoded("6402")).toBe("302");
    expect(decoded("")).toBe("");
  });

  it("reads codes of up to thirty bits", () => {
    // The code of a line feed is 0x3ffffffc in 30 bits; two ones pad it.
    expect(decoded("fffffff3")).toBe("\n");
    expect(decoded("fffffff7")).toBe("\r");
  });

  it("refuses padding that is no beginning of the end-of-string code, and the code itself", () => {
    expect(decoded("00")).toBeUndefined();
    expect(decoded("ff")).toBeUndefined();
    expect(decoded("ffffffff")).toBeUndefined();
    expect(decoded("fffffff0")).toBeUndefined();
  });
});

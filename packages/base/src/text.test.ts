import { describe, expect, it } from "vitest";
import { decodeLatin1 } from "./text.ts";

describe("decodeLatin1", () => {
  const bytes = Uint8Array.from({ length: 10_000 }, (_, index) => index % 256);

  it("makes one character of each byte", () => {
    const text = decodeLatin1(bytes);
    expect(text.length).toBe(bytes.length);
    expect(Array.from(text, (character) => character.charCodeAt(0))).toEqual([...bytes]);
  });

  it("takes a part, as far as there is one", () => {
    expect(decodeLatin1(Uint8Array.from([72, 105, 33]), 1, 2)).toBe("i");
    expect(decodeLatin1(Uint8Array.from([72, 105, 33]), 1, 9)).toBe("i!");
    expect(decodeLatin1(Uint8Array.from([72, 105]), 2)).toBe("");
    expect(decodeLatin1(Uint8Array.from([72, 105]), 7, 5)).toBe("");
  });
});

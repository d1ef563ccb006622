import { describe, expect, it } from "vitest";
import { plainness } from "./plainness.ts";

/** Text in the middle of a buffer, at an odd place. */
const bytesOf = (text: string) => new Uint8Array(Buffer.from(`\0${text}\0`, "latin1")).subarray(1, text.length + 1);

describe("plainness", () => {
  it.each(["", "a", "{}", "abc", '{"id": 1}', 'line\r\n\tother line ~"'])("%j is text", (text) => {
    expect(plainness(bytesOf(text))).toBe("text");
  });

  it("finds a control character wherever it stands", () => {
    const text = "0123456789";
    for (let at = 0; at < text.length; at += 1)
      for (const control of ["\0", "\b", "\v", "\x1f"])
        expect(plainness(bytesOf(text.slice(0, at) + control + text.slice(at)))).toBe("controls");
  });

  it("knows each byte for what it is", () => {
    for (let byte = 0; byte < 256; byte += 1) {
      const isControl = byte < 32 && byte !== 9 && byte !== 10 && byte !== 13;
      const expected = byte > 127 ? "other" : isControl ? "controls" : "text";
      for (const before of ["", "ab~", "ab~ ", "ab~ \n"])
        expect(plainness(bytesOf(`${before}${String.fromCharCode(byte)}x~`))).toBe(expected);
    }
  });

  it("says of what is no ASCII only that it is something else", () => {
    expect(plainness(bytesOf("caf\xe9 \0"))).toBe("other");
    expect(plainness(bytesOf("\0abc\xff"))).toBe("other");
  });
});

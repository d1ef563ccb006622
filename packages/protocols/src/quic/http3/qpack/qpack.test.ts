import { describe, expect, it } from "vitest";
import { DynamicTable } from "./dynamic-table.ts";
import { EncoderStream } from "./encoder-stream.ts";
import { decodeFieldSection } from "./field-section.ts";

const mark = { packetNumber: 1, atNs: 0 };
const hex = (text: string) => Uint8Array.from(text.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));

/** The examples of RFC 9204 appendix B, one after the other: one connection. */
describe("QPACK", () => {
  const table = new DynamicTable();
  table.allowedBytes = 220;
  const encoder = new EncoderStream(table);
  const headersOf = (section: ReturnType<typeof decodeFieldSection>) =>
    section === "blocked" ? section : section.headers.map(([name, value]) => `${name}: ${value}`);

  it("B.1: a literal with the name of a static entry", () => {
    const block = hex("0000 510b 2f69 6e64 6578 2e68 746d 6c");
    expect(headersOf(decodeFieldSection(block, table))).toEqual([":path: /index.html"]);
  });

  it("B.2: entries that the section waits for", () => {
    const block = hex("0381 10 11");
    encoder.data(hex("3fbd01"), mark);
    expect(decodeFieldSection(block, table)).toBe("blocked");
    const inserts = hex("c00f 7777 772e 6578 616d 706c 652e 636f 6d c10c 2f73 616d 706c 652f 7061 7468");
    for (let at = 0; at < inserts.length; at += 5) encoder.data(inserts.subarray(at, at + 5), mark);
    expect(headersOf(decodeFieldSection(block, table))).toEqual([":authority: www.example.com", ":path: /sample/path"]);
  });

  it("B.3 and B.4: a literal name, a duplicate, and references relative to the base", () => {
    encoder.data(hex("4a63 7573 746f 6d2d 6b65 790c 6375 7374 6f6d 2d76 616c 7565"), mark);
    encoder.data(hex("02"), mark);
    expect(headersOf(decodeFieldSection(hex("0500 80 c1 81"), table))).toEqual([
      ":authority: www.example.com",
      ":path: /",
      "custom-key: custom-value",
    ]);
  });

  it("B.5: an entry that pushes the oldest one out", () => {
    encoder.data(hex("810d 6375 7374 6f6d 2d76 616c 7565 32"), mark);
    expect(table.insertCount).toBe(5);
    expect(table.at(0)).toBeUndefined();
    expect(table.at(4)).toEqual(["custom-key", "custom-value2"]);
  });

  it("shows as unknown what stood in bytes that are missing", () => {
    encoder.lose();
    expect(decodeFieldSection(hex("0500 80 c1"), table)).toMatchObject({
      headers: [
        ["<unknown>", ""],
        [":path", "/"],
      ],
      hasUnknown: true,
    });
  });

  it("takes what its sender wants in no table for a secret", () => {
    const section = decodeFieldSection(hex("0000 7f45 01 78"), new DynamicTable());
    expect(section).toMatchObject({ headers: [["authorization", "x"]], neverIndexed: new Set(["authorization"]) });
  });
});

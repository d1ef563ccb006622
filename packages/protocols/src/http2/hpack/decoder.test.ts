import { describe, expect, it } from "vitest";
import { HpackDecoder, MAX_FIELDS } from "./decoder.ts";
import { DEFAULT_TABLE_BYTES } from "./dynamic-table.ts";

const hex = (text: string) =>
  Uint8Array.from(text.replaceAll(" ", "").match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const decoded = (decoder: HpackDecoder, block: string) =>
  decoder.decode(hex(block)).headers.map(([name, value]) => `${name}: ${value}`);

describe("HpackDecoder", () => {
  it("reads the requests of RFC 7541 C.3, whose table grows", () => {
    const decoder = new HpackDecoder(false);
    const first = [":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com"];
    expect(decoded(decoder, "828684410f7777772e6578616d706c652e636f6d")).toEqual(first);
    expect(decoded(decoder, "828684be58086e6f2d6361636865")).toEqual([...first, "cache-control: no-cache"]);
    expect(decoded(decoder, "828785bf400a637573746f6d2d6b65790c637573746f6d2d76616c7565")).toEqual([
      ":method: GET",
      ":scheme: https",
      ":path: /index.html",
      ":authority: www.example.com",
      "custom-key: custom-value",
    ]);
  });

  it("reads the Huffman-coded responses of RFC 7541 C.6, whose table of 256 bytes forgets", () => {
    const decoder = new HpackDecoder(false);
    decoder.decode(hex("3fe101"));
    expect(
      decoded(
        decoder,
        "488264025885aec3771a4b6196d07abe941054d444a8200595040b8166e082a62d1bff6e919d29ad171863c78f0b97c8e9ae82ae43d3",
      ),
    ).toEqual([
      ":status: 302",
      "cache-control: private",
      "date: Mon, 21 Oct 2013 20:13:21 GMT",
      "location: https://www.example.com",
    ]);
    expect(decoded(decoder, "4883640effc1c0bf")[0]).toBe(":status: 307");
  });

  it("says unknown where the table was filled before the capture, and knows what came since", () => {
    const decoder = new HpackDecoder(true);
    const list = decoder.decode(hex("82be7e0161"));
    expect(list.headers).toEqual([
      [":method", "GET"],
      ["<unknown>", ""],
      ["<unknown>", "a"],
    ]);
    expect(list.unknownBecause).toBe("midStreamStart");
    expect(list.violation).toBeUndefined();
    expect(decoded(decoder, "40016b0176")).toEqual(["k: v"]);
    const later = decoder.decode(hex("bebf"));
    expect(later.headers).toEqual([
      ["k", "v"],
      ["<unknown>", "a"],
    ]);
  });

  it("forgets all numbers with a block that is lost", () => {
    const decoder = new HpackDecoder(false);
    decoder.decode(hex("40016b0176"));
    decoder.lose("missingSegments");
    expect(decoder.decode(hex("be"))).toMatchObject({
      headers: [["<unknown>", ""]],
      unknownBecause: "missingSegments",
    });
  });

  it("counts what breaks the rules, once per block", () => {
    const violationOf = (block: string) => new HpackDecoder(false).decode(hex(block)).violation;
    expect(violationOf("80"), "index 0").toBe("badHeaderBlock");
    expect(violationOf("be"), "an entry that nobody made").toBe("badHeaderIndex");
    expect(violationOf("ffffffffffffffff01"), "an endless integer").toBe("badHeaderBlock");
    expect(violationOf("400a6b"), "a name that is cut off").toBe("badHeaderBlock");
    expect(violationOf("40016b 84ffffffff"), "the end-of-string code").toBe("badHeaderBlock");
    expect(violationOf("40016b 8100"), "padding of zeros").toBe("badHeaderBlock");
    expect(violationOf(`3f${"e1ff03"}`), "a table larger than was allowed").toBe("headerTableTooLarge");
    expect(violationOf(`${"82".repeat(MAX_FIELDS + 1)}`)).toBe("hugeHeaderList");
  });

  it("keeps no list of references to one large entry", () => {
    const decoder = new HpackDecoder(false);
    const size = DEFAULT_TABLE_BYTES - 64;
    decoder.decode(
      Uint8Array.from([
        0x40,
        1,
        0x6b,
        0x7f,
        ((size - 127) & 0x7f) | 0x80,
        (size - 127) >> 7,
        ...new Uint8Array(size).fill(97),
      ]),
    );
    const list = decoder.decode(new Uint8Array(10_000).fill(0xbe));
    expect(list.violation).toBe("hugeHeaderList");
    expect(list.headers.length).toBeLessThan(40);
  });

  it("marks what the sender wants to be in no table", () => {
    expect(new HpackDecoder(false).decode(hex("10016b0176")).neverIndexed).toEqual(new Set(["k"]));
  });
});

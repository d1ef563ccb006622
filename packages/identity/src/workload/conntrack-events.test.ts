import { describe, expect, it } from "vitest";
import { parseConntrackEvents } from "./conntrack-events.ts";

/** As Linux 6.18 told it of 10.91.9.1:38448, which asked 10.96.0.10:80, for which 10.91.9.2:8080 answers (nft: dnat). */
const BEGINS = Uint8Array.from(
  (
    "c4000000000100060000000000000000020000003400018014000180080001000a5b0901080002000a60000a1c0002800500010006000000060002009630000006000300005000003400028014000180080001000a5b0902080002000a5b09011c000280" +
    "0500010006000000060002001f900000060003009630000008000c000e0b630408000300000001a80800070000000078300004802c0001800500010001000000050002000a000000050003000000000006000400030000000600050000000000"
  ).match(/../g) ?? [],
  (byte) => Number.parseInt(byte, 16),
);
const TRANSLATION = {
  transport: "tcp",
  clientAddress: "10.91.9.1",
  clientPort: 38_448,
  askedAddress: "10.96.0.10",
  askedPort: 80,
  answeringAddress: "10.91.9.2",
  answeringPort: 8_080,
};

/** The same message with a byte changed. */
const changed = (at: number, byte: number) => BEGINS.with(at, byte);

describe("an event of connection tracking", () => {
  it("tells that a translated connection begins, and that it is over", () => {
    expect(parseConntrackEvents(BEGINS)).toEqual([{ kind: "begins", translation: TRANSLATION }]);
    expect(parseConntrackEvents(changed(4, 2))).toEqual([{ kind: "ends", translation: TRANSLATION }]);
    expect(parseConntrackEvents(Uint8Array.of(...BEGINS, ...BEGINS))).toHaveLength(2);
  });

  it("is nothing where nothing is translated, and where it is of something else", () => {
    // Who answers is who was asked.
    const plain = BEGINS.slice();
    plain.set(plain.subarray(40, 44), 84);
    plain.set(plain.subarray(68, 70), 112);
    expect(parseConntrackEvents(plain)).toEqual([]);
    expect(parseConntrackEvents(changed(5, 2))).toEqual([]);
  });

  it("is not read beyond its end, wherever it is cut and whatever a byte says", () => {
    for (let end = 0; end < BEGINS.length; end += 1) expect(parseConntrackEvents(BEGINS.subarray(0, end))).toEqual([]);
    for (let at = 0; at < BEGINS.length; at += 1)
      for (const byte of [0, 1, 3, 0x7f, 0xff]) expect(parseConntrackEvents(changed(at, byte)).length).toBeLessThan(2);
  });
});

import { encodeUtf8 } from "@weir/base";
import { describe, expect, it } from "vitest";
import { isWholeDns } from "./likeness.ts";

/** A question of one label, as DNS and NetBIOS both write it. */
function question(label: string): Uint8Array {
  const header = [0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([...header, label.length, ...encodeUtf8(label), 0, 0, 32, 0, 1]);
}

describe("isWholeDns", () => {
  it("tells NetBIOS's name service from DNS by its names", () => {
    expect(isWholeDns(question("FHEPFCELEHFCEPFFFACACACACACACABL"))).toBe(false);
    expect(isWholeDns(question("a-host-with-32-letters-in-a-name"))).toBe(true);
  });
});

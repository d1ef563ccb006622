import { describe, expect, it } from "vitest";
import { ProtobufReader } from "./protobuf.ts";

function fieldsOf(hex: string) {
  const reader = new ProtobufReader(Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex")));
  const fields: (readonly [number, number | string])[] = [];
  while (reader.next())
    fields.push([reader.field, reader.bytes.length > 0 ? Buffer.from(reader.bytes).toString() : reader.number]);
  return { fields, isBroken: reader.isBroken };
}

describe("ProtobufReader", () => {
  it("reads varints, fixed numbers and bytes", () => {
    expect(fieldsOf("08 9601 12 07 74657374696e67 1d 01000000 21 0000000001000000")).toEqual({
      fields: [
        [1, 150],
        [2, "testing"],
        [3, 1],
        [4, 2 ** 32],
      ],
      isBroken: false,
    });
  });

  it("stops at what is cut, endless or no field", () => {
    for (const hex of ["12 07 7465", "08", "08 ffffffffffffffffffffff01", "0b 00", "00 01", "1d 0100"])
      expect(fieldsOf(hex)).toEqual({ fields: [], isBroken: true });
  });
});

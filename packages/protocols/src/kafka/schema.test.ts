import { describe, expect, it } from "vitest";
import { API_KEYS, apiOf } from "./apis.ts";
import { KafkaReader } from "./reader.ts";
import { parseSchema, readBody } from "./schema.ts";

const bytes = (hex: string) => Uint8Array.from(Buffer.from(hex.replaceAll(" ", ""), "hex"));

/** What a body says after a schema: `name=value` for each field that is handed on. */
function read(schema: string, hex: string, { version = 0, isFlexible = false, length = bytes(hex).length } = {}) {
  const said: string[] = [];
  const reader = new KafkaReader(bytes(hex), length);
  const isWhole = readBody(parseSchema(schema), reader, version, isFlexible, {
    wants: (name) => name !== "unwanted",
    number: (name, value) => said.push(`${name}=${value}`),
    text: (name, value) => said.push(`${name}=${value}`),
    records: (records, wireLength) => said.push(`records ${records.length} of ${wireLength}`),
  });
  return { said, isWhole, isCut: reader.isCut, isBroken: reader.isBroken };
}

describe("schemas", () => {
  it("of all APIs can be parsed", () => {
    expect(API_KEYS.map((key) => apiOf(key)?.name)).not.toContain(undefined);
    expect(API_KEYS).toHaveLength(93);
  });

  it("tell versions apart", () => {
    const schema = "a:i16 b:i8@1+ c:i8@0-1 d:i8@2";
    expect(read(schema, "0001 02").said).toEqual(["a=1", "c=2"]);
    expect(read(schema, "ffff 02 03", { version: 1 }).said).toEqual(["a=-1", "b=2", "c=3"]);
    expect(read(schema, "0001 02 03", { version: 2 }).said).toEqual(["a=1", "b=2", "d=3"]);
  });

  it("read structures, arrays, null and what nobody wants", () => {
    const schema = "topics[ topic:string partition:i32[] ] unwanted:string none:string after:i64";
    const hex = "00000001 0003 616263 00000002 00000005 00000006 0001 78 ffff 0000000100000002";
    expect(read(schema, hex)).toMatchObject({
      said: ["topic=abc", "partition=5", "partition=6", `after=${2 ** 32 + 2}`],
      isWhole: true,
    });
  });

  it("read compact lengths and pass over tagged fields", () => {
    const schema = "topics[ topic:string ] id:uuid records:records";
    const id = "000102030405060708090a0b0c0d0e0f";
    const hex = `02 04 616263 01 00 02 ffff ${id} 03 aabb 00`;
    expect(read(schema, hex, { isFlexible: true })).toMatchObject({
      said: ["topic=abc", `id=${id}`, "records 2 of 2"],
      isWhole: true,
    });
  });

  it("tell a message that is cut from one that is broken", () => {
    expect(read("records:records after:i8", "00000008 aabb", { length: 13 })).toMatchObject({
      said: ["records 2 of 8"],
      isCut: true,
      isBroken: false,
    });
    expect(read("a:i8[]", "7fffffff 01")).toMatchObject({ said: [], isCut: false, isBroken: true });
    expect(read("a:string", "0005 61")).toMatchObject({ said: [], isBroken: true });
  });

  it("are refused where they are wrong", () => {
    for (const schema of ["a:i15", "a[ b:i8", "b:i8 ]", "a:i8@x"]) expect(() => parseSchema(schema)).toThrow("schema");
  });
});

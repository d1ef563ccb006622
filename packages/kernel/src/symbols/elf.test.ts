import { describe, expect, it } from "vitest";
import { addressOf, type ReadAt, readElf } from "./elf.ts";
import { FunctionTable } from "./function-table.ts";

const BUILD_ID = Uint8Array.of(0xde, 0xad, 0xbe, 0xef);
/** Where the parts of the file below are. */
const At = { parts: 64, note: 192, symbols: 256, texts: 400, sections: 512, end: 704 } as const;
const TEXTS = "\0main\0query\0imported\0data\0";

/** A program with a loaded segment at 0x401000 that is 0x1000 in the file, a build id, and the symbols main, query within main, an import and a variable. */
function program(): Uint8Array {
  const view = new DataView(new ArrayBuffer(At.end));
  const bytes = new Uint8Array(view.buffer);
  const long = (at: number, value: number) => view.setBigUint64(at, BigInt(value), true);
  bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
  long(32, At.parts);
  long(40, At.sections);
  view.setUint16(56, 2, true);
  view.setUint16(60, 3, true);
  const part = (at: number, type: number, offset: number, address: number, size: number) => {
    view.setUint32(at, type, true);
    long(at + 8, offset);
    long(at + 16, address);
    long(at + 32, size);
  };
  part(At.parts, 1, 0x1000, 0x401000, 0x800);
  part(At.parts + 56, 4, At.note, 0, 20);
  for (const [index, number] of [4, BUILD_ID.length, 3].entries()) view.setUint32(At.note + index * 4, number, true);
  bytes.set([0x47, 0x4e, 0x55, 0], At.note + 12);
  bytes.set(BUILD_ID, At.note + 16);
  const symbol = (index: number, name: string, kind: number, section: number, value: number, size: number) => {
    const at = At.symbols + index * 24;
    view.setUint32(at, TEXTS.indexOf(`\0${name}\0`) + 1, true);
    view.setUint8(at + 4, kind);
    view.setUint16(at + 6, section, true);
    long(at + 8, value);
    long(at + 16, size);
  };
  symbol(1, "query", 2, 1, 0x401120, 0x20);
  symbol(2, "main", 2, 1, 0x401100, 0x100);
  symbol(3, "imported", 2, 0, 0, 0);
  symbol(4, "data", 1, 1, 0x401150, 8);
  new TextEncoder().encodeInto(TEXTS, bytes.subarray(At.texts));
  const section = (index: number, type: number, offset: number, size: number, link: number) => {
    const at = At.sections + index * 64;
    view.setUint32(at + 4, type, true);
    long(at + 24, offset);
    long(at + 32, size);
    view.setUint32(at + 40, link, true);
  };
  section(1, 2, At.symbols, 5 * 24, 2);
  section(2, 3, At.texts, TEXTS.length, 0);
  return bytes;
}

const reading =
  (bytes: Uint8Array): ReadAt =>
  (at, count) =>
    bytes.slice(at, at + count);

describe("an ELF file", () => {
  const read = reading(program());
  const elf = readElf(read)!;

  it("tells its build id, and where in memory a place of it is", () => {
    expect(elf.buildId).toBe("deadbeef");
    expect(addressOf(elf.segments, 0x1120)).toBe(0x401120);
    expect(addressOf(elf.segments, 0x1800)).toBeUndefined();
  });

  it("names the function that has an address: the innermost; neither variables nor imports", () => {
    const functions = new FunctionTable(elf.symbols!, read);
    expect(functions.length).toBe(2);
    const names = [0x4010ff, 0x401100, 0x401120, 0x40113f, 0x401150, 0x4011ff, 0x401200].map((at) =>
      functions.find(at),
    );
    expect(names).toEqual([undefined, "main", "query", "query", "main", "main", undefined]);
  });

  it("may be any bytes: what does not fit is left out, and reading never throws", () => {
    expect(readElf(reading(new TextEncoder().encode("#!/bin/sh\n")))).toBeUndefined();
    const whole = program();
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = whole.slice();
      damaged[at] = (damaged[at] ?? 0) ^ 0xff;
      for (const bytes of [damaged, whole.subarray(0, at)]) {
        const { symbols } = readElf(reading(bytes)) ?? {};
        if (symbols !== undefined) new FunctionTable(symbols, reading(bytes)).find(0x401120);
      }
    }
  });
});

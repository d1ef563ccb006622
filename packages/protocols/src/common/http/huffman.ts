import { decodeLatin1 } from "@weir/base";

/**
 * Lengths in bits of the codes of bytes 0 to 255 and of the end-of-string symbol (RFC 7541 Appendix B). The code is canonical: codes of one length
 * ascend with their symbols and follow those of the shorter lengths, so lengths tell all.
 */
const CODE_BITS: readonly number[] = [
  13, 23, 28, 28, 28, 28, 28, 28, 28, 24, 30, 28, 28, 30, 28, 28, 28, 28, 28, 28, 28, 28, 30, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 6, 10, 10, 12, 13, 6, 8, 11, 10, 10, 8, 11, 8, 6, 6, 6, 5, 5, 5, 6, 6, 6, 6, 6, 6, 6, 7, 8, 15, 6, 12, 10,
  13, 6, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 8, 7, 8, 13, 19, 13, 14, 6, 15, 5, 6, 5, 6,
  5, 6, 6, 6, 5, 7, 7, 6, 6, 6, 5, 6, 7, 6, 5, 5, 6, 7, 7, 7, 7, 7, 15, 11, 14, 13, 28, 20, 22, 20, 20, 22, 22, 22, 23,
  22, 23, 23, 23, 23, 23, 24, 23, 24, 24, 22, 23, 24, 23, 23, 23, 23, 21, 22, 23, 22, 23, 23, 24, 22, 21, 20, 22, 22,
  23, 23, 21, 23, 22, 22, 24, 21, 22, 23, 23, 21, 21, 22, 21, 23, 22, 23, 23, 20, 22, 22, 22, 23, 22, 22, 23, 26, 26,
  20, 19, 22, 23, 22, 25, 26, 26, 26, 27, 27, 26, 24, 25, 19, 21, 26, 27, 27, 26, 27, 24, 21, 21, 26, 26, 28, 27, 27,
  27, 20, 24, 20, 21, 22, 21, 21, 23, 22, 22, 25, 25, 24, 24, 26, 23, 26, 27, 26, 26, 27, 27, 27, 27, 27, 28, 27, 27,
  27, 27, 27, 26, 30,
];
const END_OF_STRING = 256;
const SHORTEST_BITS = 5;
/** An entry of a step table: the symbol and how many of its code's bits this step takes, or the table of the next step. */
const IS_TABLE = 1 << 30;

/** Tables of 256 entries, one after the other: each takes the next eight bits. The first is of a code's beginning. */
const STEPS = makeSteps();

/** Text of a string coded with HPACK's and QPACK's Huffman code; undefined where it is not a valid one (RFC 7541 §5.2). */
export function decodeHuffman(bytes: Uint8Array, from: number, to: number): string | undefined {
  const out = new Uint8Array(Math.ceil(((to - from) * 8) / SHORTEST_BITS));
  let written = 0;
  let bits = 0;
  let count = 0;
  let table = 0;
  for (let at = from; at < to || count > 0; ) {
    if (count < 8 && at < to) {
      bits = ((bits << 8) | (bytes[at] ?? 0)) & 0xffff;
      count += 8;
      at += 1;
    }
    // Behind the end stand zeros: whatever code they make is longer than what is left, or all of it is there.
    const entry = STEPS[table + ((count < 8 ? bits << (8 - count) : bits >>> (count - 8)) & 0xff)] ?? 0;
    const length = entry >= IS_TABLE ? 8 : entry >>> 16;
    if (length > count) break;
    count -= length;
    if (entry >= IS_TABLE) table = entry - IS_TABLE;
    else {
      const symbol = entry & 0xffff;
      if (symbol === END_OF_STRING) return undefined;
      out[written] = symbol;
      written += 1;
      table = 0;
    }
  }
  // What is left is padding: the beginning of the end-of-string code, less than a byte of it.
  return table === 0 && isAllOnes(bits, count) ? decodeLatin1(out, 0, written) : undefined;
}

function isAllOnes(bits: number, count: number): boolean {
  const mask = (1 << count) - 1;
  return (bits & mask) === mask;
}

function makeSteps(): Int32Array {
  const tables: Int32Array[] = [new Int32Array(256)];
  let code = 0;
  for (let length = SHORTEST_BITS; length <= 30; length += 1) {
    for (let symbol = 0; symbol <= END_OF_STRING; symbol += 1) {
      if (CODE_BITS[symbol] !== length) continue;
      enter(tables, symbol, code, length);
      code += 1;
    }
    code *= 2;
  }
  const steps = new Int32Array(tables.length * 256);
  for (const [index, table] of tables.entries()) steps.set(table, index * 256);
  return steps;
}

/** Puts one code into the tables: whole steps lead to further tables, the last bits fill all entries that begin with them. */
function enter(tables: Int32Array[], symbol: number, code: number, length: number): void {
  let table = tables[0];
  let left = length;
  while (left > 8 && table !== undefined) {
    left -= 8;
    const index = Math.floor(code / 2 ** left) & 0xff;
    if (table[index] === 0) {
      table[index] = IS_TABLE + tables.length * 256;
      tables.push(new Int32Array(256));
    }
    table = tables[((table[index] ?? IS_TABLE) - IS_TABLE) / 256];
  }
  const first = (code << (8 - left)) & 0xff;
  table?.fill((left << 16) | symbol, first, first + (1 << (8 - left)));
}

/** All code of the kernel is in the uppermost part of the address space: 48 bits tell its addresses apart, and fit a number. */
export const LOWER_BITS = 0xffff_ffff_ffffn;
const LOWER_AT = 4;
/** A line of the table: 16 digits, a blank, the kind of symbol, a blank, the name; of a module's a tabulator and the module. */
const KIND_AT = 17;
const NAME_AT = 19;
const NEW_LINE = 10;
/** Kinds of symbols that are code. */
const CODE: ReadonlySet<number> = new Set([..."tTwW"].map((kind) => kind.charCodeAt(0)));

/** Hands over the functions of `/proc/kallsyms`, in no certain order: where each begins (lower 48 bits), and where its line is. */
export function eachFunction(table: Uint8Array, take: (begins: number, lineAt: number) => void): void {
  let lineAt = 0;
  while (lineAt < table.length) {
    if (CODE.has(table[lineAt + KIND_AT] ?? 0)) take(addressAt(table, lineAt), lineAt);
    const end = table.indexOf(NEW_LINE, lineAt);
    lineAt = end < 0 ? table.length : end + 1;
  }
}

/** Name of the function of a line. */
export function nameAt(table: Uint8Array, lineAt: number): string {
  const end = table.indexOf(NEW_LINE, lineAt);
  const rest = new TextDecoder().decode(table.subarray(lineAt + NAME_AT, end < 0 ? table.length : end));
  return rest.split("\t")[0] ?? rest;
}

function addressAt(table: Uint8Array, at: number): number {
  let address = 0;
  for (let index = at + LOWER_AT; index < at + KIND_AT - 1; index += 1) {
    const digit = table[index] ?? 0;
    address = address * 16 + (digit < 0x3a ? digit - 0x30 : digit - 0x57);
  }
  return address;
}

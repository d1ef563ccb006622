import type { ReadAt, SymbolSection } from "./elf.ts";

/** Members of Elf64_Sym. */
const Symbol64 = { name: 0, info: 4, section: 6, value: 8, size: 16, bytes: 24 } as const;
const KIND_MASK = 15;
/** STT_FUNC, and STT_GNU_IFUNC: one that is chosen when the program starts. */
const FUNCTIONS: ReadonlySet<number> = new Set([2, 10]);
const UNDEFINED_SECTION = 0;
/** Symbols of one file that are looked at. */
const MAX_SYMBOLS = 1 << 20;
const SYMBOLS_PER_READ = 1 << 14;
const MAX_NAME_BYTES = 1_000;
/** A function may lie within another one: so many are looked at that begin before an address. */
const MAX_NESTED = 8;

/** The functions of a file, by their addresses. Their names stay in the file until one is asked for. */
export class FunctionTable {
  readonly #starts: Float64Array;
  readonly #sizes: Float64Array;
  readonly #nameAts: Float64Array;
  readonly #names = new Map<number, string>();
  readonly #section: SymbolSection;
  readonly #read: ReadAt;

  /** Reads the table. */
  constructor(section: SymbolSection, read: ReadAt) {
    this.#section = section;
    this.#read = read;
    const { starts, sizes, nameAts } = functionsOf(section, read);
    const order = orderOf(starts);
    this.#starts = taken(starts, order);
    this.#sizes = taken(sizes, order);
    this.#nameAts = taken(nameAts, order);
  }

  get length(): number {
    return this.#starts.length;
  }

  /** Name of the function that has the address. One without a size goes to the next one. */
  find(address: number): string | undefined {
    const after = firstAfter(this.#starts, address);
    for (let index = after - 1; index >= Math.max(0, after - MAX_NESTED); index -= 1) {
      const size = this.#sizes[index] ?? 0;
      if (size === 0 ? index === after - 1 : address < (this.#starts[index] ?? 0) + size) return this.#name(index);
    }
    return undefined;
  }

  #name(index: number): string | undefined {
    const at = this.#nameAts[index] ?? 0;
    const known = this.#names.get(at);
    if (known !== undefined) return known;
    const { textsAt, textsBytes } = this.#section;
    const bytes = this.#read(textsAt + at, Math.min(MAX_NAME_BYTES, Math.max(0, textsBytes - at)));
    const end = bytes.indexOf(0);
    const name = new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
    this.#names.set(at, name);
    return name === "" ? undefined : name;
  }
}

/** Columns rather than objects: there may be a million. */
interface Columns {
  readonly starts: number[];
  readonly sizes: number[];
  readonly nameAts: number[];
}

function functionsOf({ at, bytes }: SymbolSection, read: ReadAt): Columns {
  const found: Columns = { starts: [], sizes: [], nameAts: [] };
  const end = at + Math.min(bytes, MAX_SYMBOLS * Symbol64.bytes);
  for (let from = at; from < end; from += SYMBOLS_PER_READ * Symbol64.bytes) {
    const chunk = read(from, Math.min(SYMBOLS_PER_READ * Symbol64.bytes, end - from));
    const view = new DataView(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let entry = 0; entry + Symbol64.bytes <= chunk.length; entry += Symbol64.bytes) {
      const isFunction = FUNCTIONS.has(view.getUint8(entry + Symbol64.info) & KIND_MASK);
      if (!isFunction || view.getUint16(entry + Symbol64.section, true) === UNDEFINED_SECTION) continue;
      found.starts.push(Number(view.getBigUint64(entry + Symbol64.value, true)));
      found.sizes.push(Number(view.getBigUint64(entry + Symbol64.size, true)));
      found.nameAts.push(view.getUint32(entry + Symbol64.name, true));
    }
  }
  return found;
}

/** Places of the values, the smallest value's first. */
export function orderOf(values: readonly number[]): Uint32Array {
  return Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
}

/** The values at these places. */
export function taken(values: readonly number[], places: Uint32Array): Float64Array {
  return Float64Array.from(places, (place) => values[place] ?? 0);
}

/** Place of the first that is larger; they are in their order. */
export function firstAfter(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

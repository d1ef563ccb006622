import { readFileSync } from "node:fs";

/** Places that are named at most; further ones stay addresses. */
const MAX_PLACES = 1_000;
/** All code of the kernel is in the uppermost part of the address space: 48 bits tell its addresses apart, and fit a number. */
const LOWER_BITS = 0xffff_ffff_ffffn;
const LOWER_AT = 4;
/** A line of the table: 16 digits, a blank, the kind of symbol, a blank, the name. */
const KIND_AT = 17;
const NAME_AT = 19;
const NEW_LINE = 10;
/** Kinds of symbols that are code. */
const CODE: ReadonlySet<number> = new Set([..."tTwW"].map((kind) => kind.charCodeAt(0)));

/** Names of functions of the kernel by addresses inside of them (`/proc/kallsyms`). */
export class CodePlaces {
  readonly #names = new Map<bigint, string>();

  /** Function that holds the address; the address itself, in hexadecimal, where the kernel does not tell. */
  name(address: bigint): string {
    if (!this.#names.has(address)) this.learn([address]);
    return this.#names.get(address) ?? hex(address);
  }

  /** Looks several up at once: the table is large. */
  learn(addresses: readonly bigint[]): void {
    const unknown = addresses.filter((address) => !this.#names.has(address));
    const sought = unknown.slice(0, Math.max(0, MAX_PLACES - this.#names.size));
    if (sought.length === 0) return;
    const names = symbolsBefore(readFileSync("/proc/kallsyms"), sought);
    sought.forEach((address, index) => void this.#names.set(address, names[index] ?? hex(address)));
  }
}

/** Names of the last functions that begin at or before the addresses, by the text of the table; its lines are in no certain order. */
export function symbolsBefore(table: Uint8Array, addresses: readonly bigint[]): (string | undefined)[] {
  const best = addresses.map((address) => ({ sought: Number(address & LOWER_BITS), begins: 0, lineAt: -1 }));
  let lineAt = 0;
  while (lineAt < table.length) {
    if (CODE.has(table[lineAt + KIND_AT] ?? 0)) {
      const begins = addressAt(table, lineAt);
      for (const each of best)
        if (begins <= each.sought && begins > each.begins) {
          each.begins = begins;
          each.lineAt = lineAt;
        }
    }
    const end = table.indexOf(NEW_LINE, lineAt);
    lineAt = end < 0 ? table.length : end + 1;
  }
  return best.map(({ lineAt: at }) => (at < 0 ? undefined : nameAt(table, at)));
}

function addressAt(table: Uint8Array, at: number): number {
  let address = 0;
  for (let index = at + LOWER_AT; index < at + KIND_AT - 1; index += 1) {
    const digit = table[index] ?? 0;
    address = address * 16 + (digit < 0x3a ? digit - 0x30 : digit - 0x57);
  }
  return address;
}

function nameAt(table: Uint8Array, lineAt: number): string | undefined {
  const end = table.indexOf(NEW_LINE, lineAt);
  const rest = new TextDecoder().decode(table.subarray(lineAt + NAME_AT, end < 0 ? table.length : end));
  return rest.split("\t")[0];
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}

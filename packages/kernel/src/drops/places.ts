import { readFileSync } from "node:fs";
import { eachFunction, LOWER_BITS, nameAt } from "../symbols/kallsyms.ts";

/** Places that are named at most; further ones stay addresses. */
const MAX_PLACES = 1_000;

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
  eachFunction(table, (begins, lineAt) => {
    for (const each of best)
      if (begins <= each.sought && begins > each.begins) {
        each.begins = begins;
        each.lineAt = lineAt;
      }
  });
  return best.map(({ lineAt: at }) => (at < 0 ? undefined : nameAt(table, at)));
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`;
}

import type { Header } from "../../common/http/headers.ts";

/** What each entry costs beside its name and value (RFC 7541 §4.1). */
const ENTRY_OVERHEAD_BYTES = 32;
/** Most bytes of entries that are kept, whatever the two sides agreed on; older entries are unknown then. */
export const MAX_TABLE_BYTES = 64 << 10;
/** Size before any setting or update says otherwise (RFC 9113 §6.5.2). */
export const DEFAULT_TABLE_BYTES = 4096;

/** The entries that one direction's header blocks have made, newest first in their numbers (RFC 7541 §2.3.2). */
export class DynamicTable {
  /** Oldest first; those before `#first` are evicted. */
  readonly #entries: Header[] = [];
  #first = 0;
  #bytes = 0;
  #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** How many entries there are. */
  get length(): number {
    return this.#entries.length - this.#first;
  }

  /** The entry of an index that counts from 0, the newest. */
  at(index: number): Header | undefined {
    return index < this.length ? this.#entries[this.#entries.length - 1 - index] : undefined;
  }

  /** An entry that is larger than the table empties it (RFC 7541 §4.4). */
  add(entry: Header): void {
    this.#entries.push(entry);
    this.#bytes += bytesOf(entry);
    this.#evict();
  }

  /** A dynamic table size update (RFC 7541 §4.3). */
  resize(maxBytes: number): void {
    this.#maxBytes = Math.min(maxBytes, MAX_TABLE_BYTES);
    this.#evict();
  }

  clear(): void {
    this.#entries.length = 0;
    this.#first = 0;
    this.#bytes = 0;
  }

  #evict(): void {
    while (this.#bytes > this.#maxBytes) {
      const oldest = this.#entries[this.#first];
      if (oldest === undefined) break;
      this.#bytes -= bytesOf(oldest);
      this.#first += 1;
    }
    // Moving what is left to the front costs little where it happens seldom.
    if (this.#first > 64 && this.#first * 2 > this.#entries.length) {
      this.#entries.splice(0, this.#first);
      this.#first = 0;
    }
  }
}

function bytesOf([name, value]: Header): number {
  return name.length + value.length + ENTRY_OVERHEAD_BYTES;
}

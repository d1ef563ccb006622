import type { Header } from "../../../common/http/headers.ts";

/** What each entry costs beside its name and value (RFC 9204 §3.2.1). */
const ENTRY_OVERHEAD_BYTES = 32;
/** Most bytes of entries that are kept, whatever the two sides agreed on; older entries are unknown then. */
const MAX_TABLE_BYTES = 64 << 10;

/** The entries that one side's encoder stream has made, by absolute index (RFC 9204 §3.2.4). */
export class DynamicTable {
  readonly #entries: Header[] = [];
  /** Absolute index of the oldest entry that is kept. */
  #first = 0;
  #bytes = 0;
  #maxBytes = 0;
  /** True once bytes of the encoder stream are missing: nobody knows any more which entry has which number. */
  isLost = false;
  /** Largest table that the other side allows (SETTINGS_QPACK_MAX_TABLE_CAPACITY); unknown until its settings came. */
  allowedBytes: number | undefined;

  /** How many entries were ever inserted. */
  get insertCount(): number {
    return this.#first + this.#entries.length;
  }

  /** RFC 9204 §4.5.1.1: what the insert counts in field sections are counted modulo. */
  get maxEntries(): number {
    return Math.floor((this.allowedBytes ?? this.#maxBytes) / ENTRY_OVERHEAD_BYTES);
  }

  /** The entry of an absolute index. */
  at(index: number): Header | undefined {
    return this.isLost ? undefined : this.#entries[index - this.#first];
  }

  insert(entry: Header): void {
    this.#entries.push(entry);
    this.#bytes += bytesOf(entry);
    this.#evict();
  }

  resize(maxBytes: number): void {
    this.#maxBytes = maxBytes;
    this.#evict();
  }

  #evict(): void {
    const limit = Math.min(this.#maxBytes, MAX_TABLE_BYTES);
    let evicted = 0;
    while (this.#bytes > limit) {
      const oldest = this.#entries[evicted];
      if (oldest === undefined) break;
      this.#bytes -= bytesOf(oldest);
      evicted += 1;
    }
    if (evicted > 0) this.#entries.splice(0, evicted);
    this.#first += evicted;
  }
}

function bytesOf([name, value]: Header): number {
  return name.length + value.length + ENTRY_OVERHEAD_BYTES;
}

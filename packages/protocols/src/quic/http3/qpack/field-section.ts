import type { Header } from "../../../common/http/headers.ts";
import { type PrefixInteger, readPrefixInteger } from "../../../common/http/prefix-integer.ts";
import type { DynamicTable } from "./dynamic-table.ts";
import { STATIC_TABLE } from "./static-table.ts";
import { readText, UNKNOWN } from "./text.ts";

/** Fields, and bytes of names and values, that are kept of one section. */
const MAX_FIELDS = 1000;
const MAX_SECTION_BYTES = 128 << 10;

/** What an encoded field section says (RFC 9204 §4.5). */
export interface FieldSection {
  readonly headers: readonly Header[];
  /** Names whose values the sender wants to be in no table (RFC 9204 §7.1.3): secrets, to its mind. */
  readonly neverIndexed: ReadonlySet<string>;
  /** True where references lead to entries that are not known, or where it could not be read to its end. */
  readonly hasUnknown: boolean;
}

const NOTHING_KNOWN: FieldSection = { headers: [], neverIndexed: new Set(), hasUnknown: true };

/** Decodes a field section; `blocked` where it needs entries that the encoder stream has not brought yet (RFC 9204 §2.1.2). */
export function decodeFieldSection(block: Uint8Array, table: DynamicTable): FieldSection | "blocked" {
  const required = readPrefixInteger(block, 0, 8);
  const delta = required && readPrefixInteger(block, required.end, 7);
  if (required === undefined || delta === undefined) return NOTHING_KNOWN;
  const insertCount = requiredInsertCount(required.value, table);
  if (!table.isLost && insertCount > table.insertCount) return "blocked";
  const isNegative = ((block[required.end] ?? 0) & 0x80) !== 0;
  const base = isNegative ? insertCount - delta.value - 1 : insertCount + delta.value;
  return new SectionReader(block, table, base).read(delta.end);
}

/** RFC 9204 §4.5.1.1: the count is written modulo twice the table's size in entries. */
function requiredInsertCount(encoded: number, table: DynamicTable): number {
  const { maxEntries } = table;
  if (encoded === 0 || maxEntries === 0) return encoded === 0 ? 0 : Number.POSITIVE_INFINITY;
  const fullRange = 2 * maxEntries;
  const maxValue = table.insertCount + maxEntries;
  const required = Math.floor(maxValue / fullRange) * fullRange + encoded - 1;
  return required > maxValue && required > fullRange ? required - fullRange : required;
}

/** Reads the field lines of one section. */
class SectionReader {
  readonly #block: Uint8Array;
  readonly #table: DynamicTable;
  readonly #base: number;
  readonly #headers: Header[] = [];
  readonly #neverIndexed = new Set<string>();
  #bytes = 0;
  #hasUnknown = false;

  constructor(block: Uint8Array, table: DynamicTable, base: number) {
    this.#block = block;
    this.#table = table;
    this.#base = base;
  }

  read(from: number): FieldSection {
    let at = from;
    while (at < this.#block.length) {
      const end = this.#fieldLine(at);
      if (end === undefined) {
        this.#hasUnknown = true;
        break;
      }
      at = end;
    }
    return { headers: this.#headers, neverIndexed: this.#neverIndexed, hasUnknown: this.#hasUnknown };
  }

  /** One representation (RFC 9204 §4.5.2 to §4.5.6). Returns where the next one begins; undefined where it cannot be read. */
  #fieldLine(at: number): number | undefined {
    const first = this.#block[at] ?? 0;
    if (first >= 0x80) return this.#indexed(at, 6, (index) => this.#entry(index, (first & 0x40) !== 0));
    if (first >= 0x40) {
      const isSecret = (first & 0x20) !== 0;
      return this.#withName(at, 4, isSecret, (index) => this.#entry(index, (first & 0x10) !== 0));
    }
    if (first >= 0x20) return this.#literal(at, (first & 0x10) !== 0);
    if (first >= 0x10) return this.#indexed(at, 4, (index) => this.#dynamic(this.#base + index));
    return this.#withName(at, 3, (first & 0x08) !== 0, (index) => this.#dynamic(this.#base + index));
  }

  #indexed(at: number, prefixBits: number, entryOf: (index: number) => Header): number | undefined {
    const index = readPrefixInteger(this.#block, at, prefixBits);
    if (index === undefined) return undefined;
    this.#keep(entryOf(index.value), false);
    return index.end;
  }

  #withName(at: number, prefixBits: number, isSecret: boolean, entryOf: (index: number) => Header): number | undefined {
    const index: PrefixInteger | undefined = readPrefixInteger(this.#block, at, prefixBits);
    const value = index && readText(this.#block, index.end, 7);
    if (index === undefined || value === undefined || value === "needMore") return undefined;
    this.#keep([entryOf(index.value)[0], value.text], isSecret);
    return value.end;
  }

  #literal(at: number, isSecret: boolean): number | undefined {
    const name = readText(this.#block, at, 3);
    if (name === undefined || name === "needMore") return undefined;
    const value = readText(this.#block, name.end, 7);
    if (value === undefined || value === "needMore") return undefined;
    this.#keep([name.text, value.text], isSecret);
    return value.end;
  }

  #entry(index: number, isStatic: boolean): Header {
    return isStatic ? this.#known(STATIC_TABLE[index]) : this.#dynamic(this.#base - 1 - index);
  }

  #dynamic(index: number): Header {
    return this.#known(this.#table.at(index));
  }

  #known(entry: Header | undefined): Header {
    if (entry === undefined || entry[0] === UNKNOWN) this.#hasUnknown = true;
    return entry ?? [UNKNOWN, ""];
  }

  #keep(header: Header, isSecret: boolean): void {
    this.#bytes += header[0].length + header[1].length;
    if (isSecret) this.#neverIndexed.add(header[0]);
    if (this.#headers.length >= MAX_FIELDS || this.#bytes > MAX_SECTION_BYTES) this.#hasUnknown = true;
    else this.#headers.push(header);
  }
}

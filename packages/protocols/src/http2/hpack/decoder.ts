import { decodeLatin1 } from "@weir/base";
import type { GradeReason } from "@weir/model";
import type { Header } from "../../common/http/headers.ts";
import { decodeHuffman } from "../../common/http/huffman.ts";
import { readPrefixInteger } from "../../common/http/prefix-integer.ts";
import { DEFAULT_TABLE_BYTES, DynamicTable, MAX_TABLE_BYTES } from "./dynamic-table.ts";
import { STATIC_TABLE } from "./static-table.ts";

/** Stands for a name that was said before the capture, or in bytes that are missing. */
export const UNKNOWN = "<unknown>";
/** Fields, and bytes of names and values, that are kept of one header list; what is beyond is read for the table's sake only. */
export const MAX_FIELDS = 1000;
export const MAX_HEADER_LIST_BYTES = 128 << 10;

/** What a header block says. */
export interface HeaderList {
  readonly headers: readonly Header[];
  /** Names whose values the sender wants to be in no table (RFC 7541 §7.1.3): secrets, to its mind. */
  readonly neverIndexed: ReadonlySet<string>;
  /** Why some of it is not known; absent where all is. */
  readonly unknownBecause: GradeReason | undefined;
  /** How it breaks the rules; absent where it does not. */
  readonly violation: string | undefined;
}

interface Text {
  readonly text: string;
  readonly end: number;
}

/**
 * Decodes the header blocks of one direction (RFC 7541), in the order of the wire. A reference to an entry that was made before the capture, or
 * in a block that is missing, gives `<unknown>`; entries made since then keep their numbers, so references to them are exact.
 */
export class HpackDecoder {
  readonly #table: DynamicTable;
  /** Why entries may be missing below those in the table; absent where none are. */
  #missing: GradeReason | undefined;
  /** Largest table that the other side allows (SETTINGS_HEADER_TABLE_SIZE); unknown where the settings may have been before the capture. */
  #allowedBytes = DEFAULT_TABLE_BYTES;
  #headers: Header[] = [];
  #neverIndexed = new Set<string>();
  #listBytes = 0;
  #unknownBecause: GradeReason | undefined;
  #violation: string | undefined;

  constructor(midStream: boolean) {
    this.#missing = midStream ? "midStreamStart" : undefined;
    this.#table = new DynamicTable(midStream ? MAX_TABLE_BYTES : DEFAULT_TABLE_BYTES);
  }

  /** The other side's SETTINGS_HEADER_TABLE_SIZE. */
  allow(tableBytes: number): void {
    // Until the setting is acknowledged the earlier one holds: the larger of both is believed.
    this.#allowedBytes = Math.max(this.#allowedBytes, tableBytes);
  }

  /** A block did not come, or could not be read: what it put into the table is not known, nor which numbers the entries have now. */
  lose(because: GradeReason): void {
    this.#table.clear();
    this.#table.resize(MAX_TABLE_BYTES);
    this.#missing ??= because;
  }

  /** Reads one whole header block. */
  decode(block: Uint8Array): HeaderList {
    this.#headers = [];
    this.#neverIndexed = new Set();
    this.#listBytes = 0;
    this.#unknownBecause = undefined;
    this.#violation = undefined;
    let at = 0;
    while (at < block.length) {
      const next = this.#decodeField(block, at);
      if (next === undefined) {
        this.#violation ??= "badHeaderBlock";
        this.#unknownBecause ??= "notDecoded";
        this.lose("notDecoded");
        break;
      }
      at = next;
    }
    return {
      headers: this.#headers,
      neverIndexed: this.#neverIndexed,
      unknownBecause: this.#unknownBecause,
      violation: this.#violation,
    };
  }

  /** One representation (RFC 7541 §6). Returns where the next one begins; undefined where it cannot be read. */
  #decodeField(block: Uint8Array, at: number): number | undefined {
    const first = block[at] ?? 0;
    if (first >= 0x80) return this.#decodeIndexed(block, at);
    if (first >= 0x40) return this.#decodeLiteral(block, at, 6, "indexed");
    if (first >= 0x20) return this.#decodeSizeUpdate(block, at);
    return this.#decodeLiteral(block, at, 4, first >= 0x10 ? "never" : "plain");
  }

  #decodeIndexed(block: Uint8Array, at: number): number | undefined {
    const index = readPrefixInteger(block, at, 7);
    if (index === undefined || index.value === 0) return undefined;
    this.#keep(this.#entry(index.value));
    return index.end;
  }

  #decodeLiteral(
    block: Uint8Array,
    at: number,
    prefixBits: number,
    kind: "indexed" | "plain" | "never",
  ): number | undefined {
    const index = readPrefixInteger(block, at, prefixBits);
    if (index === undefined) return undefined;
    const name = index.value === 0 ? readText(block, index.end) : { text: this.#entry(index.value)[0], end: index.end };
    const value = name && readText(block, name.end);
    if (name === undefined || value === undefined) return undefined;
    const field: Header = [name.text, value.text];
    if (kind === "indexed") this.#table.add(field);
    if (kind === "never") this.#neverIndexed.add(name.text);
    this.#keep(field);
    return value.end;
  }

  #decodeSizeUpdate(block: Uint8Array, at: number): number | undefined {
    const size = readPrefixInteger(block, at, 5);
    if (size === undefined) return undefined;
    if (size.value > this.#allowedBytes && this.#missing === undefined) this.#violation ??= "headerTableTooLarge";
    this.#table.resize(size.value);
    if (size.value > MAX_TABLE_BYTES) this.#missing ??= "limitReached";
    return size.end;
  }

  /** The entry of an index over both tables (RFC 7541 §2.3.3); index 0 is asked by nobody. */
  #entry(index: number): Header {
    const known = STATIC_TABLE[index - 1] ?? this.#table.at(index - 1 - STATIC_TABLE.length);
    if (known !== undefined) {
      if (known[0] === UNKNOWN) this.#unknownBecause ??= this.#missing ?? "notDecoded";
      return known;
    }
    if (this.#missing === undefined) this.#violation ??= "badHeaderIndex";
    this.#unknownBecause ??= this.#missing ?? "notDecoded";
    return [UNKNOWN, ""];
  }

  #keep(field: Header): void {
    this.#listBytes += field[0].length + field[1].length;
    if (this.#headers.length < MAX_FIELDS && this.#listBytes <= MAX_HEADER_LIST_BYTES) this.#headers.push(field);
    else {
      this.#violation ??= "hugeHeaderList";
      this.#unknownBecause ??= "limitReached";
    }
  }
}

/** A string literal (RFC 7541 §5.2). */
function readText(block: Uint8Array, at: number): Text | undefined {
  const length = readPrefixInteger(block, at, 7);
  if (length === undefined) return undefined;
  const end = length.end + length.value;
  if (end > block.length) return undefined;
  const isHuffman = (block[at] ?? 0) >= 0x80;
  const text = isHuffman ? decodeHuffman(block, length.end, end) : decodeLatin1(block, length.end, end);
  return text === undefined ? undefined : { text, end };
}

import { assert, WeirError } from "@weir/base";

/** A column of words of which few are different: each word once, and for every row which one. */
export interface WordColumn {
  readonly words: readonly string[];
  readonly places: Uint8Array | Uint16Array | Uint32Array;
}

const utf8 = new TextDecoder();
/** Widths of a dictionary's indexes, by the number that stands for them (SerializationLowCardinality.cpp). */
const PLACES = [Uint8Array, Uint16Array, Uint32Array] as const;
const DICTIONARY_VERSION = 1;

/**
 * Reads blocks of the Native format as it comes over HTTP (ClickHouse: NativeReader.cpp): of each block the number of rows, then column after column. Numbers have the byte order of all
 * machines that the engine runs on.
 */
export class BlockReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #rows = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Goes to the next block: how many rows it has. Undefined at the end. */
  nextBlock(columns: number): number | undefined {
    if (this.#at >= this.#bytes.length) return undefined;
    assert(this.#varint() === columns, "a block has other columns than were asked for");
    this.#rows = this.#varint();
    return this.#rows;
  }

  /** A column of Float64. */
  numbers(): Float64Array {
    this.#header("Float64");
    return new Float64Array(this.#copy(8 * this.#rows));
  }

  /** A column of bytes. */
  flags(): Uint8Array {
    this.#header("Bool", "UInt8");
    return new Uint8Array(this.#copy(this.#rows));
  }

  /** A column of LowCardinality(String). */
  words(): WordColumn {
    this.#header("LowCardinality(String)");
    if (this.#rows === 0) return { words: [], places: new Uint8Array() };
    assert(this.#uint64() === DICTIONARY_VERSION, "a dictionary is of another version");
    const width = this.#uint64() & 0xff;
    const words = Array.from({ length: this.#uint64() }, () => this.#text());
    assert(this.#uint64() === this.#rows, "a dictionary stands for another number of rows");
    const Places = PLACES[width] ?? Uint32Array;
    return { words, places: new Places(this.#copy(Places.BYTES_PER_ELEMENT * this.#rows)) };
  }

  #header(...types: readonly string[]): void {
    this.#text();
    const type = this.#text();
    assert(types.includes(type), `a column is ${type}, not ${types.join(" or ")}`);
  }

  /** Bytes in memory of their own, so that numbers lie where numbers may lie. */
  #copy(length: number): ArrayBuffer {
    const begin = this.#take(length);
    const { buffer, byteOffset } = this.#bytes;
    return (buffer as ArrayBuffer).slice(byteOffset + begin, byteOffset + begin + length);
  }

  #text(): string {
    const length = this.#varint();
    const begin = this.#take(length);
    return utf8.decode(this.#bytes.subarray(begin, begin + length));
  }

  /** Of numbers that are far below 2^53. */
  #uint64(): number {
    const begin = this.#take(8);
    let value = 0;
    for (let index = 7; index >= 0; index -= 1) value = value * 256 + (this.#bytes[begin + index] ?? 0);
    return value;
  }

  #varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#bytes[this.#take(1)] ?? 0;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  #take(length: number): number {
    const begin = this.#at;
    this.#at += length;
    if (this.#at > this.#bytes.length)
      throw new WeirError("STORAGE_UNREACHABLE", "the store's answer ends too early", "Ask again");
    return begin;
  }
}

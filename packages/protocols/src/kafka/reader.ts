import { decodeUtf8 } from "@weir/base";

const TWO_32 = 4_294_967_296;

/**
 * Reads the primitive types of the Kafka protocol guide. Of a long message only the beginning may be there: `isCut` says that reading went beyond it,
 * `isBroken` that it went beyond the message itself. After either, every read gives zero.
 */
export class KafkaReader {
  readonly #bytes: Uint8Array;
  /** Length of the message on the wire. */
  readonly #length: number;
  #at: number;
  isCut = false;
  isBroken = false;

  constructor(bytes: Uint8Array, length: number = bytes.length, at = 0) {
    this.#bytes = bytes;
    this.#length = length;
    this.#at = at;
  }

  get isOver(): boolean {
    return this.isCut || this.isBroken;
  }

  /** Bytes of the message behind here, whether they are there or not. */
  get left(): number {
    return this.#length - this.#at;
  }

  /** Moves on by `count` bytes; false where they are not all there. */
  skip(count: number): boolean {
    if (this.isOver) return false;
    const end = this.#at + count;
    if (count < 0 || end > this.#length) this.isBroken = true;
    else if (end > this.#bytes.length) this.isCut = true;
    else this.#at = end;
    return !this.isOver;
  }

  /** The next bytes of the message, as many of `count` as are there. Borrowed. */
  take(count: number): Uint8Array {
    const from = this.#at;
    return this.skip(count) || this.isCut ? this.#bytes.subarray(from, from + count) : this.#bytes.subarray(0, 0);
  }

  int8(): number {
    return this.skip(1) ? (this.#byte(1) << 24) >> 24 : 0;
  }

  uint8(): number {
    return this.skip(1) ? this.#byte(1) : 0;
  }

  int16(): number {
    return this.skip(2) ? (((this.#byte(2) << 8) | this.#byte(1)) << 16) >> 16 : 0;
  }

  int32(): number {
    if (!this.skip(4)) return 0;
    return (this.#byte(4) << 24) | (this.#byte(3) << 16) | (this.#byte(2) << 8) | this.#byte(1);
  }

  /** As a double: exact up to 2^53, which no offset reaches. */
  int64(): number {
    const high = this.int32();
    return high * TWO_32 + (this.int32() >>> 0);
  }

  /** UNSIGNED_VARINT of at most five bytes. */
  uvarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.uint8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    this.isBroken = true;
    return 0;
  }

  /** VARINT or VARLONG, zigzag; as a double. */
  varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.uint8();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    }
    this.isBroken = true;
    return 0;
  }

  /** Length of a string; -1 for null. In flexible versions it is written as COMPACT_STRING. */
  stringLength(isFlexible: boolean): number {
    return isFlexible ? this.uvarint() - 1 : this.int16();
  }

  /** Length of BYTES, RECORDS or an ARRAY; -1 for null. */
  longLength(isFlexible: boolean): number {
    return isFlexible ? this.uvarint() - 1 : this.int32();
  }

  /** Text of `length` bytes; empty for null. */
  text(length: number): string {
    return length > 0 ? decodeUtf8(this.take(length)) : "";
  }

  /** Passes over tagged fields (KIP-482): none that is read stands in them. */
  skipTags(): void {
    for (let count = this.uvarint(); count > 0 && !this.isOver; count -= 1) {
      this.uvarint();
      this.skip(this.uvarint());
    }
  }

  /** The byte that stands `back` bytes before here. */
  #byte(back: number): number {
    return this.#bytes[this.#at - back] ?? 0;
  }
}

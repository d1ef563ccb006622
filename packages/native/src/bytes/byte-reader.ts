import { decodeUtf8 } from "@weir/base";

/** The bytes end inside a value, or say something that cannot be. Never seen outside of {@link readNativeBlock}. */
export class BrokenBlock extends Error {}

/** Steps through ClickHouse's binary formats: little-endian, lengths before texts. Throws {@link BrokenBlock}. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** `bytes` are borrowed. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** So many values of at least this size cannot be more than the bytes that are left. */
  checkRoom(count: number, leastBytes: number): void {
    if (count * leastBytes > this.#bytes.length - this.#at) throw new BrokenBlock(`there are no ${count} values`);
  }

  byte(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  /** A number of variable length (LEB128). */
  count(): number {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new BrokenBlock("a length is too long");
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** An Int64 as a number: exact up to 2^53. */
  integer(): number {
    return Number(this.big());
  }

  big(): bigint {
    return this.#view.getBigInt64(this.#advance(8), true);
  }

  float(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  text(): string {
    const length = this.count();
    // Most texts of a span are empty.
    if (length === 0) return "";
    const at = this.#advance(length);
    return decodeUtf8(this.#bytes.subarray(at, at + length));
  }

  #advance(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw new BrokenBlock("it ends inside a value");
    this.#at = at + count;
    return at;
  }
}

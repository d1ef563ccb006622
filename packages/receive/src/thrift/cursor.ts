import { BrokenMessage } from "../message/reader.ts";

/** Steps through bytes; what does not fit is broken. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** `bytes` are borrowed. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  int8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  int16(): number {
    return this.#view.getInt16(this.#advance(2));
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4));
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#advance(8));
  }

  double(isLittleEndian = false): number {
    return this.#view.getFloat64(this.#advance(8), isLittleEndian);
  }

  take(count: number): Uint8Array {
    const at = this.#advance(count);
    return this.#bytes.subarray(at, at + count);
  }

  /** A count of values that cannot be more than the bytes that are left. */
  count(value: number): number {
    if (value < 0 || value > this.#bytes.length - this.#at) throw new BrokenMessage(`there are no ${value} values`);
    return value;
  }

  #advance(count: number): number {
    const at = this.#at;
    if (count < 0 || count > this.#bytes.length - at) throw new BrokenMessage("it ends inside a value");
    this.#at = at + count;
    return at;
  }
}

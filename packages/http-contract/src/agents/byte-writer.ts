import { encodeUtf8 } from "@weir/base";

const FIRST_BYTES = 1 << 16;
const TWO_32 = 2 ** 32;

/** Bytes that grow, little-endian, as ClickHouse's binary formats have them. */
export class ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** What was written. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#at);
  }

  byte(value: number): void {
    this.#need(1);
    this.#view.setUint8(this.#at, value);
    this.#at += 1;
  }

  /** A number of variable length (LEB128), as counts and lengths are. */
  count(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.byte(rest);
  }

  /** A whole number as Int64. */
  integer(value: number): void {
    const whole = Math.trunc(value);
    this.#need(8);
    this.#view.setUint32(this.#at, whole % TWO_32, true);
    this.#view.setInt32(this.#at + 4, Math.floor(whole / TWO_32), true);
    this.#at += 8;
  }

  big(value: bigint): void {
    this.#need(8);
    this.#view.setBigInt64(this.#at, value, true);
    this.#at += 8;
  }

  float(value: number): void {
    this.#need(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
  }

  /** A text with its length before it; half of a surrogate pair becomes U+FFFD. */
  text(value: string): void {
    const bytes = encodeUtf8(value);
    this.count(bytes.length);
    this.#need(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

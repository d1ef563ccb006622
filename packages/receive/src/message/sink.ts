import { encodeUtf8 } from "@weir/base";

const FIRST_BYTES = 4_096;
/** Its length takes one byte. */
const SHORT_TEXT = 127;

/** Bytes of a message in Protocol Buffers that grow as they are written. */
export class WireSink {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  /** What was written. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  /** A whole number of variable length; negative ones as 64 bits of two's complement. */
  varint(value: number | bigint): void {
    this.#need(10);
    if (value >= 0 && value <= Number.MAX_SAFE_INTEGER) {
      let rest = Number(value);
      for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.#byte((rest % 0x80) + 0x80);
      this.#byte(rest);
      return;
    }
    let rest = BigInt.asUintN(64, BigInt(value));
    for (; rest >= 0x80n; rest >>= 7n) this.#byte(Number(rest & 0x7fn) | 0x80);
    this.#byte(Number(rest));
  }

  /** Doubles are numbers and whole numbers of 64 bits are bigints, so the value tells how it is written. */
  fixed(value: number | bigint, length: 4 | 8): void {
    this.#need(length);
    if (typeof value === "bigint") this.#view.setBigUint64(this.#at, BigInt.asUintN(64, value), true);
    else if (length === 8) this.#view.setFloat64(this.#at, value, true);
    else this.#view.setUint32(this.#at, value, true);
    this.#at += length;
  }

  text(value: string): void {
    if (value.length > SHORT_TEXT || !this.#shortAscii(value)) this.countedBytes(encodeUtf8(value));
  }

  /** Bytes with their length before them. */
  countedBytes(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.#need(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** What `write` writes, with its length before it: the length is known only then, so that it is moved. */
  counted(write: () => void): void {
    const start = this.#at;
    write();
    const length = this.#at - start;
    const lengthBytes = length < 0x80 ? 1 : length < 0x4000 ? 2 : length < 0x20_0000 ? 3 : length < 0x1000_0000 ? 4 : 5;
    this.#need(lengthBytes);
    this.#bytes.copyWithin(start + lengthBytes, start, this.#at);
    this.#at = start;
    this.varint(length);
    this.#at += length;
  }

  /** Names and most values are short and ASCII: those need no bytes of their own. False where this one is not. */
  #shortAscii(value: string): boolean {
    this.#need(1 + SHORT_TEXT);
    const { length } = value;
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) return false;
      this.#bytes[this.#at + 1 + index] = code;
    }
    this.#bytes[this.#at] = length;
    this.#at += 1 + length;
    return true;
  }

  #byte(value: number): void {
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

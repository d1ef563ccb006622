import { decodeUtf8, encodeUtf8 } from "@weir/base";

/**
 * Bytes that grow, little-endian, as ClickHouse's binary formats have them. Every cell of every row that comes in passes here: texts are copied byte by byte in loops of our own,
 * because for the usual twenty bytes a call of the encoder's, or a view to copy from, takes longer than the copy.
 */

const FIRST_BYTES = 1 << 10;
const TWO_32 = 2 ** 32;
/** The most bytes of a length. */
const MAX_COUNT_BYTES = 8;
/** From here on the machine's own copying is quicker. */
const LONG_TEXT = 128;

/** Hexadecimal digits of a byte: the first in the lower half, as they lie in memory. */
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, byte) => {
  const digits = byte.toString(16).padStart(2, "0");
  return digits.charCodeAt(0) | (digits.charCodeAt(1) << 8);
});

export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #at = 0;

  constructor(firstBytes = FIRST_BYTES) {
    this.#bytes = new Uint8Array(firstBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#at;
  }

  /** What was written, in memory of its own. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  /** What was written, as long as nothing more is; its memory may be longer. */
  written(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Forgets what was written behind this length. */
  cutTo(length: number): void {
    this.#at = length;
  }

  byte(value: number): void {
    this.#need(1);
    this.#bytes[this.#at] = value;
    this.#at += 1;
  }

  /** A number of variable length (LEB128), as counts and lengths are. */
  count(value: number): void {
    this.#need(MAX_COUNT_BYTES);
    this.#count(value);
  }

  uint32(value: number): void {
    this.#need(4);
    this.#view.setUint32(this.#at, value, true);
    this.#at += 4;
  }

  /** A whole number as Int64. */
  integer(value: number): void {
    const whole = Math.trunc(value);
    this.halves(whole % TWO_32, Math.floor(whole / TWO_32));
  }

  /** 64 bits as their lower and their upper 32: bigints would be made for each. */
  halves(low: number, high: number): void {
    this.#need(8);
    this.#view.setUint32(this.#at, low, true);
    this.#view.setUint32(this.#at + 4, high, true);
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
    if (value.length >= LONG_TEXT || !this.#shortAscii(value)) this.#counted(encodeUtf8(value));
  }

  /** The text that these bytes are in UTF-8, with its length before it; what is not UTF-8 becomes U+FFFD. True where all of it is ASCII. */
  utf8(source: Uint8Array, from: number, to: number): boolean {
    const length = to - from;
    this.#need(MAX_COUNT_BYTES + length);
    const before = this.#at;
    this.#count(length);
    const bytes = this.#bytes;
    const shift = this.#at - from;
    for (let at = from; at < to; at += 1) {
      const byte = source[at] as number;
      if (byte >= 0x80) {
        this.#at = before;
        this.#counted(encodeUtf8(decodeUtf8(source.subarray(from, to))));
        return false;
      }
      bytes[at + shift] = byte;
    }
    this.#at += length;
    return true;
  }

  /** Bytes as hexadecimal text, with its length before it. */
  hex(source: Uint8Array, from: number, to: number): void {
    this.#need(MAX_COUNT_BYTES + 2 * (to - from));
    this.#count(2 * (to - from));
    const bytes = this.#bytes;
    let at = this.#at;
    for (let place = from; place < to; place += 1, at += 2) {
      const pair = HEX_PAIRS[source[place] as number] as number;
      bytes[at] = pair & 0xff;
      bytes[at + 1] = pair >> 8;
    }
    this.#at = at;
  }

  /** Bytes as they are. */
  raw(source: Uint8Array): void {
    const { length } = source;
    this.#need(length);
    const bytes = this.#bytes;
    if (length >= LONG_TEXT) bytes.set(source, this.#at);
    else for (let index = 0; index < length; index += 1) bytes[this.#at + index] = source[index] as number;
    this.#at += length;
  }

  /** False where it is no ASCII. */
  #shortAscii(value: string): boolean {
    const { length } = value;
    this.#need(1 + length);
    const bytes = this.#bytes;
    const start = this.#at + 1;
    for (let index = 0; index < length; index += 1) {
      const code = value.charCodeAt(index);
      if (code >= 0x80) return false;
      bytes[start + index] = code;
    }
    bytes[start - 1] = length;
    this.#at = start + length;
    return true;
  }

  #counted(bytes: Uint8Array): void {
    this.#need(MAX_COUNT_BYTES + bytes.length);
    this.#count(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Room for it has been made. */
  #count(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#at] = (rest % 128) | 128;
      this.#at += 1;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#at] = rest;
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

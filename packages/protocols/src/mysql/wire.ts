import { decodeUtf8 } from "@weir/base";

/** Length of the payload in three bytes, and a number in the conversation (MySQL source documentation, "MySQL Packets"). */
export const HEADER_BYTES = 4;
/** A payload of this length goes on in the next packet. */
export const FULL_PAYLOAD_BYTES = 0xff_ffff;
/** What of one packet is kept: a longer statement is known by its beginning. */
export const KEPT_BYTES = 24_576;

/** Length of the payload as the header says. */
export function payloadLength(bytes: Uint8Array): number {
  return (bytes[0] ?? 0) | ((bytes[1] ?? 0) << 8) | ((bytes[2] ?? 0) << 16);
}

/** Number of a packet in its conversation: 0 begins one. */
export function sequenceOf(bytes: Uint8Array): number {
  return bytes[3] ?? 0;
}

/** Reads the numbers and texts of the protocol, little end first; `failed` once anything did not fit. */
export class PayloadReader {
  readonly #bytes: Uint8Array;
  #at: number;
  failed = false;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get left(): number {
    return Math.max(0, this.#bytes.length - this.#at);
  }

  /** The next `count` bytes, borrowed; fewer where there are not so many. */
  take(count: number): Uint8Array {
    if (count > this.left) this.failed = true;
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at = Math.min(this.#bytes.length, this.#at + count);
    return taken;
  }

  /** A number of fixed length. Those of eight bytes lose what is beyond 2^53. */
  int(byteCount: number): number {
    const bytes = this.take(byteCount);
    let value = 0;
    for (let at = bytes.length - 1; at >= 0; at -= 1) value = value * 256 + (bytes[at] ?? 0);
    return value;
  }

  /** A number whose first byte tells its length; undefined where that is NULL, or no length. */
  lengthEncoded(): number | undefined {
    const first = this.int(1);
    if (first < 0xfb) return first;
    const byteCount = LENGTH_BYTES[first];
    if (byteCount === undefined) this.failed ||= first === 0xff;
    return byteCount === undefined ? undefined : this.int(byteCount);
  }

  /** A text with its length in front. */
  lengthEncodedText(): string {
    return decodeUtf8(this.take(this.lengthEncoded() ?? 0));
  }

  /** A text up to a zero byte, or the end. */
  zeroEndedText(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    const length = (end === -1 ? this.#bytes.length : end) - this.#at;
    const text = decodeUtf8(this.take(length));
    if (end !== -1) this.#at += 1;
    return text;
  }

  /** All that is left, as text. */
  restText(): string {
    return decodeUtf8(this.take(this.left));
  }
}

const LENGTH_BYTES: Readonly<Record<number, number>> = { 252: 2, 253: 3, 254: 8 };

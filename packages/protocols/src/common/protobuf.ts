/** Wire types of Protocol Buffers (encoding guide, "Message Structure"). */
const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** What is read of a message at most: more fields than that say nothing new. */
const MAX_FIELDS = 10_000;
const EMPTY = new Uint8Array(0);

/**
 * Walks the fields of a Protocol Buffers message without knowing its schema (https://protobuf.dev/programming-guides/encoding/):
 * `while (reader.next()) switch (reader.field) …`. Holds one field at a time; nothing is copied.
 */
export class ProtobufReader {
  readonly #message: Uint8Array;
  #at = 0;
  #fields = 0;
  /** True where the message ended inside a field, or something stands there that is no field. */
  isBroken = false;
  /** Number of the field under way. */
  field = 0;
  /** Its value where it is a varint or a fixed number, unsigned and as a double: exact up to 2^53. */
  number = 0;
  /** Its bytes where it has a length: a text, a message, packed numbers. Borrowed. */
  bytes: Uint8Array = EMPTY;

  constructor(message: Uint8Array) {
    this.#message = message;
  }

  /** Moves to the next field; false behind the last one, or where the rest cannot be read. */
  next(): boolean {
    if (this.#at >= this.#message.length || this.isBroken || this.#fields >= MAX_FIELDS) return false;
    this.#fields += 1;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.number = 0;
    this.bytes = EMPTY;
    switch (tag % 8) {
      case WireType.varint:
        this.number = this.#varint();
        break;
      case WireType.fixed64: {
        const low = this.#fixed32();
        this.number = this.#fixed32() * 2 ** 32 + low;
        break;
      }
      case WireType.fixed32:
        this.number = this.#fixed32();
        break;
      case WireType.bytes:
        this.#take(this.#varint());
        break;
      default:
        // Groups are of a time before all protocols that are read here.
        this.isBroken = true;
    }
    if (this.field === 0) this.isBroken = true;
    return !this.isBroken;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#message[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    this.isBroken = true;
    return 0;
  }

  #fixed32(): number {
    const from = this.#at;
    this.#take(4);
    const [a = 0, b = 0, c = 0, d = 0] = this.#message.subarray(from, from + 4);
    this.bytes = EMPTY;
    return ((d << 24) | (c << 16) | (b << 8) | a) >>> 0;
  }

  #take(length: number): void {
    const end = this.#at + length;
    if (end > this.#message.length) {
      this.isBroken = true;
      return;
    }
    this.bytes = this.#message.subarray(this.#at, end);
    this.#at = end;
  }
}

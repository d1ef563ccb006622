/** Wire types of Protocol Buffers (encoding guide, "Message Structure"). */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;
export type WireType = (typeof WireType)[keyof typeof WireType];

/** The bytes end inside a field, or something stands there that is no field. Caught where an item of a batch is decoded, never seen outside. */
export class BrokenMessage extends Error {}

/** A request holds more than may be read of one: it is refused as a whole, before it is held. */
export class TooManyMessages extends Error {}

/** Reads the pieces of one Protocol Buffers message (https://protobuf.dev/programming-guides/encoding/). Throws {@link BrokenMessage}. */
export class WireReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  /** `bytes` are borrowed. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** A varint that fits into 32 bits: tags, lengths. */
  varint32(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new BrokenMessage("a length is longer than 32 bits");
  }

  /** A varint, unsigned. */
  varint64(): bigint {
    let low = 0;
    for (let shift = 0; shift < 28; shift += 7) {
      const byte = this.#byte();
      low |= (byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt(low);
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asUintN(64, value);
    }
    throw new BrokenMessage("a number has more than ten bytes");
  }

  fixed32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  fixed64(): bigint {
    return this.#view.getBigUint64(this.#advance(8), true);
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  /** A counted piece. Borrowed. */
  counted(): Uint8Array {
    const length = this.varint32();
    const at = this.#advance(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** Passes over a field that nobody asked for. */
  skip(wireType: number): void {
    if (wireType === WireType.varint) this.varint64();
    else if (wireType === WireType.fixed64) this.#advance(8);
    else if (wireType === WireType.bytes) this.counted();
    else if (wireType === WireType.fixed32) this.#advance(4);
    else throw new BrokenMessage(`there is no wire type ${wireType}`);
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new BrokenMessage("it ends inside a field");
    this.#at += 1;
    return byte;
  }

  #advance(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw new BrokenMessage("it ends inside a field");
    this.#at = at + count;
    return at;
  }
}

import { BrokenMessage } from "./reader.ts";

/** Where a piece of a body begins and ends. */
export interface Place {
  from: number;
  to: number;
}

/** 64 bits as two numbers: bigints would be made for each. */
export interface Halves {
  low: number;
  high: number;
}

/**
 * Steps through Protocol Buffers in place, for requests of many thousand messages: one cursor for all of them, which is led into a message and out again, and texts that are places in
 * the body instead of values. What it takes for broken is what `WireReader` takes for it.
 */
export class WireCursor {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  /** Where the next field begins. */
  at = 0;
  /** Where the message ends. */
  end: number;

  /** `bytes` are borrowed. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.end = bytes.length;
  }

  /** Goes to a message whose place is known. */
  enter(from: number, to: number): void {
    this.at = from;
    this.end = to;
  }

  /** Number and wire type of the next field: `number << 3 | wireType`. */
  tag(): number {
    const tag = this.varint32() >>> 0;
    if (tag >>> 3 === 0) throw new BrokenMessage("there is no field 0");
    return tag;
  }

  /** A varint that fits into 32 bits: tags, lengths. */
  varint32(): number {
    const first = this.bytes[this.at] as number;
    if (first < 0x80 && this.at < this.end) {
      this.at += 1;
      return first;
    }
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new BrokenMessage("a length is longer than 32 bits");
  }

  /** The lower 32 bits of a varint, signed: enumerations. */
  low32(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new BrokenMessage("a number has more than ten bytes");
  }

  /** A varint, signed; exact up to 2^53, which no time or count of ours goes beyond. */
  int64(): number {
    const from = this.at;
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = this.#byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    this.at = from;
    return Number(BigInt.asIntN(64, this.#varint64()));
  }

  /** 64 bits of fixed length, the lower and the upper 32 by themselves. */
  fixed64(into: Halves): void {
    const at = this.#advance(8);
    into.low = this.#view.getUint32(at, true);
    into.high = this.#view.getUint32(at + 4, true);
  }

  double(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  fixed32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  /** Where a counted piece begins; the cursor stands at its end then. */
  counted(): number {
    const length = this.varint32();
    return this.#advance(length);
  }

  /** The same as a place. */
  countedInto(place: Place): void {
    place.from = this.counted();
    place.to = this.at;
  }

  /** Passes over a field that nobody asked for. */
  skip(tag: number): void {
    const wireType = tag & 7;
    if (wireType === 0) this.low32();
    else if (wireType === 1) this.#advance(8);
    else if (wireType === 2) this.counted();
    else if (wireType === 5) this.#advance(4);
    else throw new BrokenMessage(`there is no wire type ${wireType}`);
  }

  #varint64(): bigint {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new BrokenMessage("a number has more than ten bytes");
  }

  #byte(): number {
    if (this.at >= this.end) throw new BrokenMessage("it ends inside a field");
    const byte = this.bytes[this.at] as number;
    this.at += 1;
    return byte;
  }

  #advance(count: number): number {
    const { at } = this;
    if (count > this.end - at) throw new BrokenMessage("it ends inside a field");
    this.at = at + count;
    return at;
  }
}

import { BrokenMessage } from "../message/reader.ts";

/** Steps through numbers in network byte order; what does not fit is broken. */
export class FlowBytes {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  at = 0;

  /** `bytes` are borrowed. */
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2));
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4));
  }

  /** The next bytes, as a reader of their own. */
  part(count: number): FlowBytes {
    return new FlowBytes(this.take(count));
  }

  take(count: number): Uint8Array {
    const at = this.#advance(count);
    return this.bytes.subarray(at, at + count);
  }

  #advance(count: number): number {
    const { at } = this;
    if (count > this.bytes.length - at) throw new BrokenMessage("the datagram ends inside a record");
    this.at = at + count;
    return at;
  }
}

/** A whole number of one to eight bytes: devices leave out leading zeros. Exact up to 2^53. */
export function wholeNumber(bytes: Uint8Array): number {
  let value = 0;
  for (const byte of bytes) value = value * 256 + byte;
  return value;
}

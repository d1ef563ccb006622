const MAX_UINT64 = 2n ** 64n - 1n;
/** Most records are shorter. */
const FIRST_BYTES = 512;

/** Bytes of a datagram in network byte order; grows by itself. */
export class DatagramWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** What was written. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  /** An unsigned number of so many bytes (1, 2, 4, 8); one that is too large becomes the largest. */
  unsigned(value: number | bigint, lengthBytes: number): this {
    this.#need(lengthBytes);
    const whole = Math.max(0, Math.round(Number(value)));
    if (lengthBytes === 8) this.#setUint64(typeof value === "bigint" ? value : BigInt(whole));
    else if (lengthBytes === 4) this.#view.setUint32(this.#at, Math.min(whole, 0xffff_ffff));
    else if (lengthBytes === 2) this.#view.setUint16(this.#at, Math.min(whole, 0xffff));
    else this.#view.setUint8(this.#at, Math.min(whole, 0xff));
    this.#at += lengthBytes;
    return this;
  }

  uint16(value: number): this {
    this.#need(2);
    this.#view.setUint16(this.#at, value);
    this.#at += 2;
    return this;
  }

  uint32(value: number): this {
    this.#need(4);
    this.#view.setUint32(this.#at, value);
    this.#at += 4;
    return this;
  }

  float64(value: number): this {
    this.#need(8);
    this.#view.setFloat64(this.#at, value);
    this.#at += 8;
    return this;
  }

  append(bytes: Uint8Array): this {
    this.#need(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
    return this;
  }

  #setUint64(value: bigint): void {
    this.#view.setBigUint64(this.#at, value > MAX_UINT64 ? MAX_UINT64 : value < 0n ? 0n : value);
  }

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

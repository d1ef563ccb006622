/** Bytes of a datagram in network byte order; grows by itself. */
export class DatagramWriter {
  #bytes = new Uint8Array(2_048);
  #view = new DataView(this.#bytes.buffer);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  /** What was written. */
  bytes(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#at);
  }

  /** An unsigned number of so many bytes; one that is too large becomes the largest. */
  unsigned(value: number | bigint, lengthBytes: number): this {
    this.#need(lengthBytes);
    const most = 2n ** BigInt(8 * lengthBytes) - 1n;
    const whole = typeof value === "bigint" ? value : BigInt(Math.max(0, Math.round(value)));
    let rest = whole > most ? most : whole < 0n ? 0n : whole;
    for (let at = this.#at + lengthBytes - 1; at >= this.#at; at -= 1) {
      this.#bytes[at] = Number(rest & 0xffn);
      rest >>= 8n;
    }
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

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#at + bytes));
    larger.set(this.#bytes);
    this.#bytes = larger;
    this.#view = new DataView(larger.buffer);
  }
}

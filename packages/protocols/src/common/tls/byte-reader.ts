/** Reads big-endian numbers and vectors of TLS's presentation language (RFC 8446 §3); `failed` once anything did not fit. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  failed = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  /** The next `count` bytes, borrowed; fewer where there are not so many. */
  take(count: number): Uint8Array {
    if (count > this.left) this.failed = true;
    const taken = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at = Math.min(this.#bytes.length, this.#at + count);
    return taken;
  }

  uint8(): number {
    return this.take(1)[0] ?? 0;
  }

  uint16(): number {
    return this.uint8() * 256 + this.uint8();
  }

  uint24(): number {
    return this.uint16() * 256 + this.uint8();
  }

  /** A vector whose length stands before it in one, two or three bytes. */
  vector(lengthBytes: 1 | 2 | 3): Uint8Array {
    return this.take(lengthBytes === 1 ? this.uint8() : lengthBytes === 2 ? this.uint16() : this.uint24());
  }
}

/** Numbers of two bytes, one after the other. */
export function uint16s(bytes: Uint8Array): number[] {
  const values: number[] = [];
  for (let at = 0; at + 1 < bytes.length; at += 2) values.push(((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0));
  return values;
}

import { encodeUtf8 } from "@weir/base";

/** Writes the few small messages that receivers answer with, as Protocol Buffers. Fields that are zero or empty are left out, as the encoding has it. */
export class WireWriter {
  readonly #bytes: number[] = [];

  number(field: number, value: number): this {
    if (value === 0) return this;
    this.#varint(field * 8);
    this.#varint(value);
    return this;
  }

  text(field: number, value: string): this {
    return value === "" ? this : this.message(field, encodeUtf8(value));
  }

  /** A message, which is written even where it is empty. */
  message(field: number, bytes: Uint8Array): this {
    this.#varint(field * 8 + 2);
    this.#varint(bytes.length);
    for (const byte of bytes) this.#bytes.push(byte);
    return this;
  }

  get bytes(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from(this.#bytes);
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#bytes.push((rest % 0x80) + 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.#bytes.push(rest);
  }
}

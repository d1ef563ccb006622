import { decodeUtf8, toHex } from "@weir/base";

/** Reads the notations of the protocol's specification (§3): big-endian, lengths in front. Beyond the end everything is empty, and `isOver` is true. */
export class BodyReader {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** True where something was read that is not there. */
  get isOver(): boolean {
    return this.at > this.#bytes.length;
  }

  byte(): number {
    this.at += 1;
    return this.#bytes[this.at - 1] ?? 0;
  }

  short(): number {
    return (this.byte() << 8) | this.byte();
  }

  int(): number {
    return (this.short() << 16) | this.short();
  }

  string(): string {
    return this.#text(this.short());
  }

  longString(): string {
    return this.#text(Math.max(0, this.int()));
  }

  /** [short bytes], as hexadecimal. */
  shortBytes(): string {
    const length = this.short();
    this.at += length;
    return toHex(this.#bytes.subarray(this.at - length, this.at));
  }

  /** Passes over [bytes]: a negative length is null. */
  skipBytes(): void {
    const length = this.int();
    this.skip(Math.max(0, length));
  }

  skip(count: number): void {
    this.at += count;
  }

  #text(length: number): string {
    const text = decodeUtf8(this.#bytes.subarray(this.at, this.at + length));
    this.at += length;
    return text;
  }
}

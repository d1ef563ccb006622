import { decodeLatin1 } from "./text.ts";

const FIRST_BYTES = 1 << 10;
/** Integers below this are told apart from their neighbours by a double. */
const EXACT = 2 ** 51;

const real = new Float64Array(1);
const realBytes = new Uint8Array(real.buffer);

/**
 * Numbers, most of them small, as a text of a character a byte: the smallest thing that V8 keeps, 16 bytes beside its characters, which the garbage
 * collector need not look into.
 */
export class PackWriter {
  #bytes = new Uint8Array(FIRST_BYTES);
  #length = 0;

  /** Begins anew. */
  clear(): void {
    this.#length = 0;
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow();
    this.#bytes[this.#length++] = value;
  }

  /** A count, seven bits a byte, the lowest first (LEB128). */
  count(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** A signed integer of 32 bits, which takes as many bytes as it is far from zero. */
  int(value: number): void {
    this.count(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** A double: whole numbers near `base` take few bytes. */
  double(value: number, base: number): void {
    const far = value - base;
    const isExact = Number.isInteger(far) && Math.abs(far) < EXACT && base + far === value && !Object.is(value, -0);
    if (isExact) {
      this.count((far < 0 ? -far * 2 - 1 : far * 2) + 1);
      return;
    }
    this.byte(0);
    real[0] = value;
    for (const byte of realBytes) this.byte(byte);
  }

  /** Text of a byte a character. */
  latin1(text: string): void {
    this.count(text.length);
    for (let at = 0; at < text.length; at += 1) this.byte(text.charCodeAt(at));
  }

  /** What was written. */
  text(): string {
    return decodeLatin1(this.#bytes, 0, this.#length);
  }

  #grow(): void {
    const larger = new Uint8Array(this.#bytes.length * 2);
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Reads what {@link PackWriter} wrote. Reused for one text after another. */
export class PackReader {
  #text = "";
  #at = 0;

  /** Goes to the beginning of a text. */
  open(text: string): this {
    this.#text = text;
    this.#at = 0;
    return this;
  }

  byte(): number {
    return this.#text.charCodeAt(this.#at++);
  }

  count(): number {
    let value = 0;
    for (let place = 1; ; place *= 0x80) {
      const byte = this.byte();
      value += (byte & 0x7f) * place;
      if (byte < 0x80) return value;
    }
  }

  int(): number {
    const folded = this.count();
    return (folded >>> 1) ^ -(folded & 1);
  }

  latin1(): string {
    const length = this.count();
    this.#at += length;
    return this.#text.slice(this.#at - length, this.#at);
  }

  /** True where nothing follows. */
  get isAtEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  double(base: number): number {
    const count = this.count();
    if (count > 0) {
      const folded = count - 1;
      return base + (folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2);
    }
    for (let index = 0; index < realBytes.length; index += 1) realBytes[index] = this.byte();
    return real[0] ?? 0;
  }
}

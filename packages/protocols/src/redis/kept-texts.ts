import { decodeLatin1, decodeUtf8 } from "@weir/base";
import { MAX_KEPT_ARGUMENTS } from "./commands.ts";

/** Bytes of one text that are kept. */
export const MAX_KEPT_BYTES = 256;

/** The few elements of a message that are kept, one behind the other in a buffer that is used again for the next message. */
export class KeptTexts {
  #bytes = new Uint8Array(64);
  /** Where each text ends; behind the arguments there is room for an error. */
  readonly #ends = new Uint16Array(MAX_KEPT_ARGUMENTS + 1);
  count = 0;

  /** The first text's bytes stand at the beginning of this. Borrowed. */
  get bytes(): Uint8Array {
    return this.#bytes;
  }

  /** Length of the first text. */
  get firstLength(): number {
    return this.count === 0 ? 0 : (this.#ends[0] ?? 0);
  }

  clear(): void {
    this.count = 0;
  }

  /** Begins a text. */
  begin(): void {
    this.#ends[this.count] = this.#end;
    this.count += 1;
  }

  /** Puts bytes behind the text that was begun last. */
  append(bytes: Uint8Array, from: number, to: number): void {
    const at = this.#end;
    const end = at + to - from;
    if (end > this.#bytes.length) this.#grow(end);
    const kept = this.#bytes;
    for (let index = from; index < to; index += 1) kept[at + index - from] = bytes[index] ?? 0;
    this.#ends[this.count - 1] = end;
  }

  /** A whole text; what is beyond its limit is dropped. */
  add(bytes: Uint8Array, from: number, to: number): void {
    this.begin();
    this.append(bytes, from, Math.min(to, from + MAX_KEPT_BYTES));
  }

  /** A text; undefined where there is none of that number. */
  text(index: number): string | undefined {
    if (index >= this.count) return undefined;
    const from = index === 0 ? 0 : (this.#ends[index - 1] ?? 0);
    return textOf(this.#bytes, from, this.#ends[index] ?? 0);
  }

  get #end(): number {
    return this.count === 0 ? 0 : (this.#ends[this.count - 1] ?? 0);
  }

  #grow(needed: number): void {
    const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    larger.set(this.#bytes);
    this.#bytes = larger;
  }
}

/** Keys are short and of ASCII, which needs no decoder. */
function textOf(bytes: Uint8Array, from: number, to: number): string {
  let all = 0;
  for (let at = from; at < to; at += 1) all |= bytes[at] ?? 0;
  return all < 0x80 ? decodeLatin1(bytes, from, to) : decodeUtf8(bytes.subarray(from, to));
}

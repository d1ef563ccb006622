import { formatIpv4, formatIpv6 } from "@weir/base";

/** IPv4 addresses whose text is kept; beyond it all are forgotten and come again. */
const MAX_KEPT = 1 << 16;

/** Places for IPv6 addresses whose text is kept. */
const PLACES = 1 << 12;

/** Addresses as text. Few hosts make many connections: the text of an IPv4 address is made once, and shared by all that carry it. */
export class AddressText {
  readonly #kept = new Map<number, string>();
  /** IPv6 addresses that were asked for last, each in its place. */
  readonly #places = new Int32Array(PLACES * 4);
  readonly #texts: string[] = [];
  readonly #bytes = new Uint8Array(16);
  readonly #view = new DataView(this.#bytes.buffer);

  /** An IPv4 address, its four bytes as one number. */
  ofIpv4(address: number): string {
    const known = this.#kept.get(address);
    if (known !== undefined) return known;
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    this.#view.setInt32(0, address);
    const text = formatIpv4(this.#bytes, 0);
    this.#kept.set(address, text);
    return text;
  }

  /** An IPv6 address, its sixteen bytes as four numbers. */
  ofIpv6(words: Int32Array): string {
    const place = (Math.imul(words[3]! ^ words[2]!, 0x9e3779b1) >>> 20) & (PLACES - 1);
    const at = place * 4;
    const kept = this.#places;
    const isKept =
      kept[at + 3] === words[3] && kept[at + 2] === words[2] && kept[at + 1] === words[1] && kept[at] === words[0];
    if (!isKept) {
      kept.set(words, at);
      this.#texts[place] = this.#textOf(words);
    }
    return this.#texts[place] ?? this.#textOf(words);
  }

  #textOf(words: Int32Array): string {
    for (let index = 0; index < 4; index += 1) this.#view.setInt32(index * 4, words[index]!);
    return formatIpv6(this.#bytes, 0);
  }
}

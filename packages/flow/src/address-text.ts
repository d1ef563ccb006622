import { formatIpv4, formatIpv6 } from "@weir/base";

/** IPv4 addresses whose text is kept; beyond it all are forgotten and come again. */
const MAX_KEPT = 1 << 16;

/** Addresses as text. Few hosts make many connections: the text of an IPv4 address is made once, and shared by all that carry it. */
export class AddressText {
  readonly #kept = new Map<number, string>();

  /** The address of 4 or 16 bytes at `at`. */
  of(bytes: Uint8Array, at: number, addressBytes: number): string {
    if (addressBytes !== 4) return formatIpv6(bytes, at);
    const number = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
    const known = this.#kept.get(number);
    if (known !== undefined) return known;
    if (this.#kept.size >= MAX_KEPT) this.#kept.clear();
    const text = formatIpv4(bytes, at);
    this.#kept.set(number, text);
    return text;
  }
}

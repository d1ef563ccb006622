import type { Packet } from "@weir/wire";
import { KeyTable } from "./key-table.ts";

/** What a packet's ends are, for look-up. */
export interface Ends {
  readonly bytes: Uint8Array;
  readonly sourceAddressAt: number;
  readonly destinationAddressAt: number;
  readonly addressBytes: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** Words of a key beside its addresses: transport, both ports. */
const PORT_WORDS = 2;

/**
 * From a packet's addresses and ports to the number of its conversation. Both directions find the same one: the key puts the lower end
 * first. IPv4 and IPv6 have a table each, so that the short keys stay short. HOT PATH.
 */
export class FlowIndex {
  readonly #ipv4 = new KeyTable(PORT_WORDS + 2);
  readonly #ipv6 = new KeyTable(PORT_WORDS + 8);
  #last = this.#ipv4;
  /** True where the packet last looked up came from the end that the key names first. */
  fromFirst = true;

  /** The number kept for this conversation, or -1. */
  find(transport: number, ends: Ends | Packet): number {
    this.#last = ends.addressBytes === 4 ? this.#ipv4 : this.#ipv6;
    this.fromFirst = isFirst(ends);
    fillKey(this.#last.key, transport, ends, this.fromFirst);
    return this.#last.find();
  }

  /** Keeps a number for the conversation last looked up by {@link find}. */
  set(value: number): void {
    this.#last.set(value);
  }

  /** Gives every kept number a new one, and forgets those that `renumber` answers with a negative number. */
  renumber(renumber: (value: number) => number): void {
    this.#ipv4.renumber(renumber);
    this.#ipv6.renumber(renumber);
  }
}

/** True where the sender is the lower end: by port, then by address. */
function isFirst({
  bytes,
  sourceAddressAt,
  destinationAddressAt,
  addressBytes,
  sourcePort,
  destinationPort,
}: Ends | Packet): boolean {
  let order = sourcePort - destinationPort;
  for (let index = 0; order === 0 && index < addressBytes; index += 1) {
    order = bytes[sourceAddressAt + index]! - bytes[destinationAddressAt + index]!;
  }
  return order <= 0;
}

function fillKey(
  key: Int32Array,
  transport: number,
  { bytes, sourceAddressAt, destinationAddressAt, addressBytes, sourcePort, destinationPort }: Ends | Packet,
  fromFirst: boolean,
): void {
  const words = addressBytes >> 2;
  key[0] = transport;
  key[1] = fromFirst ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
  fillAddress(key, PORT_WORDS, bytes, fromFirst ? sourceAddressAt : destinationAddressAt, words);
  fillAddress(key, PORT_WORDS + words, bytes, fromFirst ? destinationAddressAt : sourceAddressAt, words);
}

function fillAddress(key: Int32Array, word: number, bytes: Uint8Array, at: number, words: number): void {
  for (let index = 0; index < words; index += 1) {
    const from = at + index * 4;
    key[word + index] = (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!;
  }
}

import type { Packet } from "@weir/wire";

/**
 * From a packet's addresses and ports to the number of its conversation. Both directions find the same one: the key puts the lower end
 * first. Open addressing over typed arrays. HOT PATH: nothing is allocated per packet.
 *
 * Key of ten words: transport and address length, both ports, then both addresses (four words each).
 */
const KEY_WORDS = 10;
const EMPTY = -1;
const FIRST_CAPACITY = 1 << 12;

/** What a packet's ends are, for look-up. */
export interface Ends {
  readonly bytes: Uint8Array;
  readonly sourceAddressAt: number;
  readonly destinationAddressAt: number;
  readonly addressBytes: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

export class FlowIndex {
  #keys = new Uint32Array(FIRST_CAPACITY * KEY_WORDS);
  #values = new Int32Array(FIRST_CAPACITY).fill(EMPTY);
  #capacity = FIRST_CAPACITY;
  #size = 0;
  readonly #key = new Uint32Array(KEY_WORDS);
  /** True where the packet last looked up came from the end that the key names first. */
  fromFirst = true;

  get size(): number {
    return this.#size;
  }

  /** The number kept for this conversation, or -1. */
  find(transport: number, ends: Ends | Packet): number {
    this.#makeKey(transport, ends);
    return this.#values[this.#slot()]!;
  }

  /** Keeps a number for the conversation last looked up by {@link find}. */
  set(value: number): void {
    let slot = this.#slot();
    if (this.#values[slot] === EMPTY) {
      if ((this.#size + 1) * 2 > this.#capacity) {
        this.#grow();
        slot = this.#slot();
      }
      this.#size += 1;
      this.#keys.set(this.#key, slot * KEY_WORDS);
    }
    this.#values[slot] = value;
  }

  /** Gives every kept number a new one, and forgets those that `renumber` answers with a negative number. */
  renumber(renumber: (value: number) => number): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#allocate(this.#capacity);
    this.#size = 0;
    for (let old = 0; old < values.length; old += 1) {
      const value = values[old] === EMPTY ? EMPTY : renumber(values[old]!);
      if (value < 0) continue;
      this.#put(keys, old * KEY_WORDS, value);
      this.#size += 1;
    }
  }

  /** Puts the lower end first: by port, then by address. */
  #makeKey(
    transport: number,
    { bytes, sourceAddressAt, destinationAddressAt, addressBytes, sourcePort, destinationPort }: Ends | Packet,
  ): void {
    const key = this.#key;
    let order = sourcePort - destinationPort;
    for (let index = 0; order === 0 && index < addressBytes; index += 1) {
      order = bytes[sourceAddressAt + index]! - bytes[destinationAddressAt + index]!;
    }
    this.fromFirst = order <= 0;
    key[0] = (transport << 8) | addressBytes;
    key[1] = this.fromFirst ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
    fillAddress(key, 2, bytes, this.fromFirst ? sourceAddressAt : destinationAddressAt, addressBytes);
    fillAddress(key, 6, bytes, this.fromFirst ? destinationAddressAt : sourceAddressAt, addressBytes);
  }

  /** The slot of the present key, or the empty one where it belongs. */
  #slot(): number {
    const key = this.#key;
    const mask = this.#capacity - 1;
    let slot = hashOf(key, 0) & mask;
    while (this.#values[slot] !== EMPTY && !this.#holdsKey(slot)) slot = (slot + 1) & mask;
    return slot;
  }

  #holdsKey(slot: number): boolean {
    const at = slot * KEY_WORDS;
    for (let index = 0; index < KEY_WORDS; index += 1) {
      if (this.#keys[at + index] !== this.#key[index]) return false;
    }
    return true;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#allocate(this.#capacity * 2);
    for (let old = 0; old < values.length; old += 1) {
      if (values[old] !== EMPTY) this.#put(keys, old * KEY_WORDS, values[old]!);
    }
  }

  #allocate(capacity: number): void {
    this.#capacity = capacity;
    this.#keys = new Uint32Array(capacity * KEY_WORDS);
    this.#values = new Int32Array(capacity).fill(EMPTY);
  }

  /** Puts a key that is not there yet into its slot. */
  #put(keys: Uint32Array, at: number, value: number): void {
    const mask = this.#capacity - 1;
    let slot = hashOf(keys, at) & mask;
    while (this.#values[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#values[slot] = value;
    for (let index = 0; index < KEY_WORDS; index += 1) this.#keys[slot * KEY_WORDS + index] = keys[at + index]!;
  }
}

function fillAddress(key: Uint32Array, word: number, bytes: Uint8Array, at: number, addressBytes: number): void {
  for (let index = 0; index < 4; index += 1) {
    const from = at + index * 4;
    key[word + index] =
      index * 4 < addressBytes
        ? (bytes[from]! << 24) | (bytes[from + 1]! << 16) | (bytes[from + 2]! << 8) | bytes[from + 3]!
        : 0;
  }
}

/** Multiply and rotate per word, then mix the upper bits down (the finish of MurmurHash3). */
function hashOf(words: Uint32Array, at: number): number {
  let hash = 0x9747b28c;
  for (let index = 0; index < KEY_WORDS; index += 1) {
    hash = Math.imul(hash ^ words[at + index]!, 0xcc9e2d51);
    hash = (hash << 15) | (hash >>> 17);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

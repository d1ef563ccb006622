import type { Packet } from "@weir/wire";
import { IntStack } from "./int-stack.ts";

/** What a packet's ends are, for look-up. */
export interface Ends {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly sourceAddressAt: number;
  readonly destinationAddressAt: number;
  readonly addressBytes: number;
  readonly sourcePort: number;
  readonly destinationPort: number;
}

/** A conversation's words: the key, then what is known of it. */
export const Word = {
  /** Lower end's address; of IPv6 its words folded, the whole is where `Word.wide` says. */
  lowAddress: 0,
  highAddress: 1,
  /** Lower end's port in the upper half. */
  ports: 2,
  /** Transport, and whether the addresses are of IPv6. */
  kind: 3,
  streamNumber: 4,
  /** Its open connection's record; NONE while there is none. */
  record: 5,
  /** {@link ConversationFlag} bits. */
  flags: 6,
  /** Place of its addresses in the table of whole IPv6 pairs; NONE for IPv4. */
  wide: 7,
} as const;
const WORDS = 8;
/** Words of a pair of IPv6 addresses. */
const WIDE_WORDS = 8;
export const NONE = -1;
const IPV6_KIND = 0x100;
/** Moves the transport out of the ports' lower bits. */
const KIND_SHIFT = 11;

export const ConversationFlag = {
  /** The end that the key names first is the client. */
  firstIsClient: 1,
  /** A TCP connection was over and has left: what comes without payload is late, and no connection of its own. */
  hasEnded: 2,
  /** It waits in the queue of those that may be forgotten. */
  queued: 4,
} as const;

const FIRST_CAPACITY = 1 << 10;
/** Little at a time: what is reserved and not used is a fifth of this table at most. */
const GROWTH = 1.2;

/**
 * Every pair of ends that is known, by address and port, in typed memory. Both directions find the same one: the key puts the lower end first (by
 * port, then by address). A conversation outlives its connections, so that a late packet finds its stream number, until {@link Conversations.forget}.
 * HOT PATH: {@link Conversations.find} allocates nothing.
 *
 * Invariants: `#slots` is an open-addressing table, at most half full, of pairs: a conversation's number + 1 (0 is empty) and its key's hash, so that
 * others' keys are not looked at. A removal closes the gap behind it.
 */
export class Conversations {
  words = new Int32Array(FIRST_CAPACITY * WORDS);
  /** Whole addresses of IPv6 pairs, lower end first. */
  #wide = new Int32Array(0);
  #slots = new Int32Array(FIRST_CAPACITY * 4);
  /** Pairs in `#slots` less one: a hash's home is what this leaves of it. */
  #mask = FIRST_CAPACITY * 2 - 1;
  readonly #free = new IntStack();
  /** Pairs of addresses of `#wide` that were given back, and how many there are in all. */
  readonly #freeWide = new IntStack();
  #usedWide = 0;
  #used = 0;
  #size = 0;
  /** True where the packet last looked up came from the end that the key names first. */
  fromFirst = true;
  // The key last looked up.
  #low = 0;
  #high = 0;
  #ports = 0;
  #kind = 0;
  #hash = 0;
  readonly #pair = new Int32Array(WIDE_WORDS);

  /** Conversations that are known. */
  get size(): number {
    return this.#size;
  }

  /** Bytes of memory that it holds. */
  get bytes(): number {
    return this.words.byteLength + this.#wide.byteLength + this.#slots.byteLength;
  }

  /** The number of the ends' conversation, or NONE. */
  find(transport: number, ends: Ends | Packet): number {
    const { view, sourcePort, destinationPort } = ends;
    if (ends.addressBytes === 4) {
      const source = view.getInt32(ends.sourceAddressAt);
      const destination = view.getInt32(ends.destinationAddressAt);
      const first =
        sourcePort < destinationPort || (sourcePort === destinationPort && source >>> 0 <= destination >>> 0);
      this.#low = first ? source : destination;
      this.#high = first ? destination : source;
      this.#kind = transport;
      this.fromFirst = first;
    } else this.#takeWide(transport, ends);
    this.#ports = this.fromFirst ? (sourcePort << 16) | destinationPort : (destinationPort << 16) | sourcePort;
    this.#hash = hashOf(this.#low, this.#high, this.#ports ^ (this.#kind << KIND_SHIFT));
    const hash = this.#hash;
    const slots = this.#slots;
    for (let slot = hash & this.#mask; ; slot = (slot + 1) & this.#mask) {
      const found = slots[slot * 2]! - 1;
      if (found < 0 || (slots[slot * 2 + 1] === hash && this.#isKey(found))) return found;
    }
  }

  /** Adds the conversation last looked up and not found; returns its number. */
  add(streamNumber: number): number {
    const number = this.#free.pop() ?? this.#used++;
    if ((number + 1) * WORDS > this.words.length) this.#growWords();
    this.#size += 1;
    if (this.#size * 2 > this.#mask) this.#growSlots();
    const at = number * WORDS;
    const { words } = this;
    words[at + Word.lowAddress] = this.#low;
    words[at + Word.highAddress] = this.#high;
    words[at + Word.ports] = this.#ports;
    words[at + Word.kind] = this.#kind;
    words[at + Word.streamNumber] = streamNumber;
    words[at + Word.record] = NONE;
    words[at + Word.flags] = ConversationFlag.firstIsClient;
    words[at + Word.wide] = (this.#kind & IPV6_KIND) === 0 ? NONE : this.#keepWide();
    this.#place(number, this.#hash);
    return number;
  }

  /** Forgets a conversation; its number may be given to another. */
  forget(number: number): void {
    const at = number * WORDS;
    const { words } = this;
    const hash = hashOf(
      words[at + Word.lowAddress]!,
      words[at + Word.highAddress]!,
      words[at + Word.ports]! ^ (words[at + Word.kind]! << KIND_SHIFT),
    );
    let slot = hash & this.#mask;
    while (this.#slots[slot * 2] !== number + 1) slot = (slot + 1) & this.#mask;
    this.#closeGap(slot);
    words[at + Word.record] = NONE;
    if (words[at + Word.wide] !== NONE) this.#freeWide.push(words[at + Word.wide]!);
    this.#free.push(number);
    this.#size -= 1;
  }

  /** Index of a conversation's words in `words`. */
  at(number: number): number {
    return number * WORDS;
  }

  /** The address of an end, as 4 bytes in one number (IPv4) or as 16 bytes; `isLow` says which end. */
  ipv6Of(number: number, isLow: boolean): Int32Array | undefined {
    const wide = this.words[number * WORDS + Word.wide]!;
    if (wide === NONE) return undefined;
    const at = wide * WIDE_WORDS + (isLow ? 0 : WIDE_WORDS / 2);
    return this.#wide.subarray(at, at + WIDE_WORDS / 2);
  }

  #takeWide(transport: number, ends: Ends | Packet): void {
    const { view, sourceAddressAt, destinationAddressAt, sourcePort, destinationPort } = ends;
    let order = sourcePort - destinationPort;
    for (let at = 0; order === 0 && at < 16; at += 4)
      order = view.getUint32(sourceAddressAt + at) - view.getUint32(destinationAddressAt + at);
    this.fromFirst = order <= 0;
    const lowAt = this.fromFirst ? sourceAddressAt : destinationAddressAt;
    const highAt = this.fromFirst ? destinationAddressAt : sourceAddressAt;
    this.#low = this.#takeAddress(view, lowAt, 0);
    this.#high = this.#takeAddress(view, highAt, WIDE_WORDS / 2);
    this.#kind = transport | IPV6_KIND;
  }

  /** Reads an IPv6 address into the pair; returns its words folded. */
  #takeAddress(view: DataView, at: number, word: number): number {
    let folded = 0;
    for (let index = 0; index < WIDE_WORDS / 2; index += 1) {
      const part = view.getInt32(at + index * 4);
      this.#pair[word + index] = part;
      folded = Math.imul(folded ^ part, 0x9e3779b1);
    }
    return folded;
  }

  #isKey(number: number): boolean {
    const at = number * WORDS;
    const { words } = this;
    if (
      words[at + Word.ports] !== this.#ports ||
      words[at + Word.lowAddress] !== this.#low ||
      words[at + Word.highAddress] !== this.#high ||
      words[at + Word.kind] !== this.#kind
    )
      return false;
    return (this.#kind & IPV6_KIND) === 0 || this.#isPair(words[at + Word.wide]! * WIDE_WORDS);
  }

  #isPair(at: number): boolean {
    for (let index = 0; index < WIDE_WORDS; index += 1) if (this.#wide[at + index] !== this.#pair[index]) return false;
    return true;
  }

  /** Keeps the pair last looked up; returns its place. */
  #keepWide(): number {
    const place = this.#freeWide.pop() ?? this.#usedWide++;
    if ((place + 1) * WIDE_WORDS > this.#wide.length) {
      const larger = new Int32Array(Math.max(FIRST_CAPACITY, Math.ceil(this.#usedWide * GROWTH)) * WIDE_WORDS);
      larger.set(this.#wide);
      this.#wide = larger;
    }
    this.#wide.set(this.#pair, place * WIDE_WORDS);
    return place;
  }

  #place(number: number, hash: number): void {
    let slot = hash & this.#mask;
    while (this.#slots[slot * 2] !== 0) slot = (slot + 1) & this.#mask;
    this.#slots[slot * 2] = number + 1;
    this.#slots[slot * 2 + 1] = hash;
  }

  /** Moves what was pushed behind an emptied slot back, so that every look-up still ends at the first empty one. */
  #closeGap(gap: number): void {
    const slots = this.#slots;
    const mask = this.#mask;
    for (let slot = (gap + 1) & mask; slots[slot * 2] !== 0; slot = (slot + 1) & mask) {
      const home = slots[slot * 2 + 1]! & mask;
      if (((slot - home) & mask) < ((slot - gap) & mask)) continue;
      slots[gap * 2] = slots[slot * 2]!;
      slots[gap * 2 + 1] = slots[slot * 2 + 1]!;
      gap = slot;
    }
    slots[gap * 2] = 0;
  }

  #growWords(): void {
    const larger = new Int32Array(Math.ceil((this.words.length * GROWTH) / WORDS) * WORDS);
    larger.set(this.words);
    this.words = larger;
  }

  #growSlots(): void {
    const old = this.#slots;
    this.#slots = new Int32Array(old.length * 2);
    this.#mask = this.#slots.length / 2 - 1;
    for (let at = 0; at < old.length; at += 2) if (old[at] !== 0) this.#place(old[at]! - 1, old[at + 1]!);
  }
}

/** Multiply and rotate per word, then mix the upper bits down (the finish of MurmurHash3). */
function hashOf(low: number, high: number, ports: number): number {
  let hash = Math.imul(low, 0xcc9e2d51);
  hash = Math.imul(((hash << 15) | (hash >>> 17)) ^ high, 0x1b873593);
  hash = Math.imul(((hash << 13) | (hash >>> 19)) ^ ports, 0xcc9e2d51);
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return hash ^ (hash >>> 13);
}

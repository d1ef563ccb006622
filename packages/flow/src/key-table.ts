/**
 * From keys of a fixed number of 32-bit words to numbers. Open addressing over typed arrays. HOT PATH: nothing is allocated per look-up.
 *
 * The caller writes the key into `key`, then asks; `set` belongs to the key last looked up.
 */
export class KeyTable {
  readonly key: Int32Array;
  readonly #words: number;
  #keys: Int32Array;
  #values: Int32Array;
  #capacity = FIRST_CAPACITY;
  #size = 0;

  constructor(words: number) {
    this.#words = words;
    this.key = new Int32Array(words);
    this.#keys = new Int32Array(FIRST_CAPACITY * words);
    this.#values = new Int32Array(FIRST_CAPACITY).fill(EMPTY);
  }

  /** The number kept for the present key, or -1. */
  find(): number {
    return this.#values[this.#slot()]!;
  }

  /** Keeps a number for the present key. */
  set(value: number): void {
    let slot = this.#slot();
    if (this.#values[slot] === EMPTY) {
      if ((this.#size + 1) * 2 > this.#capacity) {
        this.#grow();
        slot = this.#slot();
      }
      this.#size += 1;
      this.#keys.set(this.key, slot * this.#words);
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
      this.#put(keys, old * this.#words, value);
      this.#size += 1;
    }
  }

  /** The slot of the present key, or the empty one where it belongs. */
  #slot(): number {
    const mask = this.#capacity - 1;
    let slot = hashOf(this.key, 0, this.#words) & mask;
    while (this.#values[slot] !== EMPTY && !this.#holdsKey(slot)) slot = (slot + 1) & mask;
    return slot;
  }

  #holdsKey(slot: number): boolean {
    const at = slot * this.#words;
    for (let index = 0; index < this.#words; index += 1) {
      if (this.#keys[at + index] !== this.key[index]) return false;
    }
    return true;
  }

  #grow(): void {
    const keys = this.#keys;
    const values = this.#values;
    this.#allocate(this.#capacity * 2);
    for (let old = 0; old < values.length; old += 1) {
      if (values[old] !== EMPTY) this.#put(keys, old * this.#words, values[old]!);
    }
  }

  #allocate(capacity: number): void {
    this.#capacity = capacity;
    this.#keys = new Int32Array(capacity * this.#words);
    this.#values = new Int32Array(capacity).fill(EMPTY);
  }

  /** Puts a key that is not there yet into its slot. */
  #put(keys: Int32Array, at: number, value: number): void {
    const mask = this.#capacity - 1;
    let slot = hashOf(keys, at, this.#words) & mask;
    while (this.#values[slot] !== EMPTY) slot = (slot + 1) & mask;
    this.#values[slot] = value;
    for (let index = 0; index < this.#words; index += 1) this.#keys[slot * this.#words + index] = keys[at + index]!;
  }
}

const EMPTY = -1;
const FIRST_CAPACITY = 1 << 12;

/** Multiply and rotate per word, then mix the upper bits down (the finish of MurmurHash3). */
function hashOf(words: Int32Array, at: number, count: number): number {
  let hash = 0x9747b28c;
  for (let index = 0; index < count; index += 1) {
    hash = Math.imul(hash ^ words[at + index]!, 0xcc9e2d51);
    hash = (hash << 15) | (hash >>> 17);
  }
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}

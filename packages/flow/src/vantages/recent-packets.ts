/** Packets that are remembered: a power of two. Beyond it the newer one takes the older one's place. */
const PLACES = 1 << 15;
/** The same packet is at the next vantage of its host after so long at most: it may wait in a queue on its way. */
const WINDOW_NS = 100e6;

/**
 * What has been seen a moment ago, by the packets' hashes, and at which of its connection's slots (see vantage-slots.ts). Its memory is fixed: half a MiB.
 * HOT PATH.
 */
export class RecentPackets {
  readonly #hashes = new Int32Array(PLACES);
  /** A bit for each slot that saw it; 0 where nothing is. */
  readonly #slots = new Int32Array(PLACES);
  readonly #atNs = new Float64Array(PLACES);

  /**
   * The slots that have seen this packet a moment ago, a bit each, where this one has not; it is then one of them. 0 where it is a new packet, and it is
   * remembered then: who sends the same once more is seen at the same slot once more.
   */
  take(hash: number, slot: number, atNs: number): number {
    const at = hash & (PLACES - 1);
    const bit = 1 << slot;
    const slots = this.#slots[at]!;
    if (slots !== 0 && (slots & bit) === 0 && this.#isStill(hash, at, atNs)) {
      this.#slots[at] = slots | bit;
      return slots;
    }
    this.#hashes[at] = hash;
    this.#slots[at] = bit;
    this.#atNs[at] = atNs;
    return 0;
  }

  /** True for a packet that was seen a moment ago, wherever. Nothing is remembered. */
  has(hash: number, atNs: number): boolean {
    const at = hash & (PLACES - 1);
    return this.#slots[at] !== 0 && this.#isStill(hash, at, atNs);
  }

  #isStill(hash: number, at: number, atNs: number): boolean {
    return this.#hashes[at] === hash && atNs - this.#atNs[at]! < WINDOW_NS;
  }
}

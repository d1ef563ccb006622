/** Puts pieces of bytes together, at most `limit` of them; what is beyond is left out. */
export class GatheredBytes {
  readonly #limit: number;
  #buffer = new Uint8Array(0);
  #length = 0;
  /** True where something was left out. */
  isCut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What is there. Borrowed: other bytes may stand there after the next `add`. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  /** Copies `piece` behind what is there. */
  add(piece: Uint8Array): void {
    const room = this.#limit - this.#length;
    if (piece.length > room) this.isCut = true;
    const taken = piece.length > room ? piece.subarray(0, room) : piece;
    const needed = this.#length + taken.length;
    if (needed > this.#buffer.length) {
      const grown = new Uint8Array(this.#length === 0 ? needed : Math.min(this.#limit, 2 * needed));
      grown.set(this.bytes);
      this.#buffer = grown;
    }
    this.#buffer.set(taken, this.#length);
    this.#length = needed;
  }
}

const TICK_US = 8;
const TICKS = 1 << 20;

/** A timer wheel: which of `slots` is due next, at a constant price however many there are. A slot waits for one time only. */
export class Wheel {
  readonly #heads = new Int32Array(TICKS).fill(-1);
  readonly #following: Int32Array;
  #tick = 0;
  #waiting = 0;

  constructor(slots: number) {
    this.#following = new Int32Array(slots).fill(-1);
  }

  /** The time of the slot taken last, µs, in steps of 8. */
  get nowUs(): number {
    return this.#tick * TICK_US;
  }

  /** At most eight seconds ahead. */
  schedule(slot: number, delayUs: number): void {
    const ticks = Math.min(TICKS - 1, Math.floor(delayUs / TICK_US));
    const at = (this.#tick + ticks) & (TICKS - 1);
    this.#following[slot] = this.#heads[at]!;
    this.#heads[at] = slot;
    this.#waiting += 1;
  }

  /** Takes the slot that is due next; undefined where none waits. */
  take(): number | undefined {
    if (this.#waiting === 0) return undefined;
    while (this.#heads[this.#tick & (TICKS - 1)] === -1) this.#tick += 1;
    const at = this.#tick & (TICKS - 1);
    const slot = this.#heads[at]!;
    this.#heads[at] = this.#following[slot]!;
    this.#waiting -= 1;
    return slot;
  }
}

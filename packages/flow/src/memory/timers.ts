/** Width of a slot, and how many there are: what is due later is looked at again at the end of a turn. */
const SLOT_NS = 1e9;
const SLOTS = 128;
const FIRST_SLOT_INTS = 64;
const GROWTH = 1.25;

/**
 * When to look at a connection again: a timing wheel of one-second slots. An entry is a record and a stamp that tells whether the record is still the
 * same connection; nothing is ever taken out before its time, so that setting a timer costs two stores. Time is the packets' own: a clock that runs
 * backwards fires nothing, one that jumps ahead fires everything at most once.
 */
export class Timers {
  readonly #slots: Int32Array[] = Array.from({ length: SLOTS }, () => new Int32Array(0));
  readonly #counts = new Int32Array(SLOTS);
  /** Slots up to this one have fired. */
  #firedTo = 0;
  #hasBegun = false;

  /** Asks for a look at `record` at `dueNs` or up to a turn of the wheel earlier. */
  set(dueNs: number, record: number, stamp: number, nowNs: number): void {
    this.#follow(nowNs);
    const wanted = Math.ceil(Math.min(dueNs, nowNs + (SLOTS - 2) * SLOT_NS) / SLOT_NS);
    const slot = modulo(Math.max(this.#firedTo + 1, wanted));
    let entries = this.#slots[slot]!;
    const count = this.#counts[slot]!;
    if (count + 2 > entries.length) {
      const larger = new Int32Array(Math.max(FIRST_SLOT_INTS, Math.ceil(entries.length * GROWTH)));
      larger.set(entries);
      this.#slots[slot] = larger;
      entries = larger;
    }
    entries[count] = record;
    entries[count + 1] = stamp;
    this.#counts[slot] = count + 2;
  }

  /** True where {@link fire} may have something to look at. A clock that was set back is followed. */
  isDue(nowNs: number): boolean {
    this.#follow(nowNs);
    return nowNs >= (this.#firedTo + 1) * SLOT_NS;
  }

  /** Hands over everything that is due, in order of time. `look` may set new timers. */
  fire(nowNs: number, look: (record: number, stamp: number) => void): void {
    const until = Math.floor(nowNs / SLOT_NS);
    const turns = Math.min(until - this.#firedTo, SLOTS);
    const from = until - turns;
    for (let index = from + 1; index <= until; index += 1) {
      this.#firedTo = index;
      this.#fireSlot(modulo(index), look);
    }
  }

  #fireSlot(slot: number, look: (record: number, stamp: number) => void): void {
    const entries = this.#slots[slot]!;
    const count = this.#counts[slot]!;
    // A timer that is set meanwhile for a full turn ahead goes into a new list.
    this.#slots[slot] = new Int32Array(0);
    this.#counts[slot] = 0;
    for (let at = 0; at < count; at += 2) look(entries[at]!, entries[at + 1]!);
    if (this.#counts[slot] === 0) this.#slots[slot] = entries;
  }

  /** Takes the time as it is in the beginning, and where the clock was set back. */
  #follow(nowNs: number): void {
    if (this.#hasBegun && nowNs >= (this.#firedTo - 1) * SLOT_NS) return;
    this.#hasBegun = true;
    this.#firedTo = Math.floor(nowNs / SLOT_NS);
  }
}

function modulo(index: number): number {
  return ((index % SLOTS) + SLOTS) % SLOTS;
}

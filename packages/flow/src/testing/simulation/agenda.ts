/** Something that will happen, unless it is called off. */
export interface Appointment {
  readonly atNs: number;
  readonly action: () => void;
  isCalledOff: boolean;
}

/** The simulation's clock: what is to happen, by time; what is due at the same time happens in the order in which it was entered. */
export class Agenda {
  nowNs = 0;
  /** Descending by time, so that the next one is at the end. */
  readonly #entries: Appointment[] = [];

  /** Enters an action `delayNs` from now. */
  in(delayNs: number, action: () => void): Appointment {
    return this.at(this.nowNs + delayNs, action);
  }

  /** Enters an action at a time, in nanoseconds since the simulation began. */
  at(atNs: number, action: () => void): Appointment {
    const entry: Appointment = { atNs, action, isCalledOff: false };
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#entries[middle]!.atNs > atNs) low = middle + 1;
      else high = middle;
    }
    this.#entries.splice(low, 0, entry);
    return entry;
  }

  /** Lets everything happen, until nothing is left to do. */
  run(): void {
    for (let entry = this.#entries.pop(); entry !== undefined; entry = this.#entries.pop()) {
      if (entry.isCalledOff) continue;
      this.nowNs = entry.atNs;
      entry.action();
    }
  }
}

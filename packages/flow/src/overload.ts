import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { CLIENT, ConnectionFlag, Int, NO_RECORD, Real, SERVER, SideInt } from "./memory/connection-record.ts";
import { Complete } from "./tcp/completeness.ts";

/** Records that are looked at for each one that has to go: enough to find an attempt under a flood, and a quiet one otherwise. */
const LOOKED_AT = 24;

/** True for a connection attempt that was never answered. */
export function isUnanswered(memory: ConnectionMemory, record: number): boolean {
  const base = memory.select(record);
  const { ints } = memory;
  const isTcp = (ints[base + Int.flags]! & ConnectionFlag.isUdp) === 0;
  const silent = Math.min(ints[base + CLIENT + SideInt.packets]!, ints[base + SERVER + SideInt.packets]!) === 0;
  return silent && (!isTcp || ints[base + Int.completeness] === Complete.syn);
}

/** Says which connection goes when too many are open, by looking at a few of them in turn: nothing is sorted, and nothing is kept in order. */
export class Victims {
  readonly #memory: ConnectionMemory;
  #hand = 0;

  constructor(memory: ConnectionMemory) {
    this.#memory = memory;
  }

  /** An attempt that nobody answered, or one that is over; else the longest idle one of those looked at. NO_RECORD where there is none. */
  pick(): number {
    const memory = this.#memory;
    const { used } = memory.records;
    let best = NO_RECORD;
    let bestAtNs = Number.POSITIVE_INFINITY;
    for (let looked = 0; looked < LOOKED_AT && looked < used; ) {
      const record = this.#hand;
      this.#hand = (this.#hand + 1) % used;
      const base = memory.select(record);
      // Record 0 is a real one: a record that was given back says so by its first packet.
      if (memory.ints[base + Int.firstPacket]! < 0) {
        looked += 1;
        continue;
      }
      looked += 1;
      if ((memory.ints[base + Int.flags]! & ConnectionFlag.lingers) !== 0 || isUnanswered(memory, record))
        return record;
      const lastAtNs = memory.reals[(base >> 1) + Real.lastAtNs]!;
      if (lastAtNs < bestAtNs) {
        best = record;
        bestAtNs = lastAtNs;
      }
    }
    return best;
  }
}

import type { ConnectionMemory } from "./memory/connection-memory.ts";
import {
  CLIENT,
  COMPLETENESS_SHIFT,
  ConnectionFlag,
  Int,
  NO_RECORD,
  Real,
  SERVER,
  SideInt,
} from "./memory/connection-record.ts";
import { Complete } from "./tcp/completeness.ts";

/** Records that are looked at for the quietest of them. */
const LOOKED_AT = 24;
/** Datagrams of one attempt at most: who sends more without an answer does not ask, but tell (a log, a metric, a video). */
const MAX_ASKED_DATAGRAMS = 8;
const FIRST_CAPACITY = 1 << 10;

/** True for a connection attempt that was never answered. */
export function isUnanswered(memory: ConnectionMemory, record: number): boolean {
  const base = memory.peek(record);
  const { ints } = memory;
  const clientPackets = ints[base + CLIENT + SideInt.packets]!;
  const serverPackets = ints[base + SERVER + SideInt.packets]!;
  if (Math.min(clientPackets, serverPackets) > 0) return false;
  const isTcp = (ints[base + Int.flags]! & ConnectionFlag.isDatagrams) === 0;
  return isTcp
    ? ints[base + Int.flags]! >>> COMPLETENESS_SHIFT === Complete.syn
    : clientPackets + serverPackets <= MAX_ASKED_DATAGRAMS;
}

/**
 * Says which connection goes when too many are open: the oldest attempt that nobody answered, so that a flood pushes out itself and not those that
 * work; where there is none, one that is over or has been quiet. Every connection that is opened is queued once, with its first packet as the stamp
 * that tells it from later ones in the same record, and what is no unanswered attempt when its turn comes leaves the queue for good: nothing is
 * looked at twice.
 */
export class Victims {
  readonly #memory: ConnectionMemory;
  /** A ring of pairs: record, stamp. */
  #queue = new Int32Array(FIRST_CAPACITY * 2);
  #first = 0;
  #count = 0;
  #hand = 0;

  constructor(memory: ConnectionMemory) {
    this.#memory = memory;
  }

  /** Bytes of memory held. */
  get bytes(): number {
    return this.#queue.byteLength;
  }

  /** The memory's current connection was opened. */
  opened(stamp: number): void {
    const { record } = this.#memory;
    if (this.#count * 2 === this.#queue.length) this.#makeSpace();
    this.#put(record, stamp);
    this.#memory.select(record);
  }

  /** The record that goes; NO_RECORD where none may. */
  pick(): number {
    while (this.#count > 0) {
      const at = this.#first * 2;
      const [record, stamp] = [this.#queue[at]!, this.#queue[at + 1]!];
      this.#first = (this.#first + 1) % (this.#queue.length / 2);
      this.#count -= 1;
      if (this.#isAttempt(record, stamp)) return record;
    }
    return this.#quietest();
  }

  #isAttempt(record: number, stamp: number): boolean {
    const base = this.#memory.peek(record);
    return this.#memory.ints[base + Int.firstPacket] === stamp && isUnanswered(this.#memory, record);
  }

  #put(record: number, stamp: number): void {
    const at = ((this.#first + this.#count) % (this.#queue.length / 2)) * 2;
    this.#queue[at] = record;
    this.#queue[at + 1] = stamp;
    this.#count += 1;
  }

  /** Leaves out what is no attempt any more; the ring grows where that is not half of it. */
  #makeSpace(): void {
    const old = this.#queue;
    const [first, count] = [this.#first, this.#count];
    this.#first = 0;
    this.#count = 0;
    this.#queue = new Int32Array(old.length);
    for (let index = 0; index < count; index += 1) {
      const at = ((first + index) * 2) % old.length;
      if (this.#isAttempt(old[at]!, old[at + 1]!)) this.#put(old[at]!, old[at + 1]!);
    }
    if (this.#count * 4 <= old.length) return;
    const larger = new Int32Array(old.length * 2);
    larger.set(this.#queue);
    this.#queue = larger;
  }

  /** One that is over, else the longest idle one, of a few that are looked at in turn. */
  #quietest(): number {
    const memory = this.#memory;
    const { used } = memory;
    let best = NO_RECORD;
    let bestAtNs = Number.POSITIVE_INFINITY;
    for (let looked = 0; looked < LOOKED_AT && looked < used; looked += 1) {
      const record = this.#hand;
      this.#hand = (this.#hand + 1) % used;
      const base = memory.peek(record);
      // Record 0 is a real one: a record that was given back says so by its first packet.
      if (memory.ints[base + Int.firstPacket]! < 0) continue;
      if ((memory.ints[base + Int.flags]! & ConnectionFlag.lingers) !== 0) return record;
      const lastAtNs = memory.reals[(base >> 1) + Real.lastAtNs]!;
      if (lastAtNs < bestAtNs) {
        best = record;
        bestAtNs = lastAtNs;
      }
    }
    return best;
  }
}

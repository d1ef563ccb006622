import { Int, SideInt } from "../memory/connection-record.ts";

/*
 * Which vantages see a connection, in its record: four slots of 16 bits each. One of them leads: its packets are counted. Per direction a bit per slot
 * says that it is known to see the packets that the leading one sees. Vantages are numbered from 1 here: 0 is a free slot.
 */

/** All slots are taken by other vantages. */
export const NO_SLOT = -1;
const SLOTS = 4;
const BITS = 16;
const MASK = 0xffff;
const FREE = 0;
/** Of `SideInt.vantages` the lower bits are one per slot; above them packets are counted. */
const PROOFS = (1 << SLOTS) - 1;
const ONE_PASSED = 1 << SLOTS;

/** The vantage in a slot. */
export function vantageIn(ints: Int32Array, base: number, slot: number): number {
  return (ints[base + (slot < 2 ? Int.vantagesLow : Int.vantagesHigh)]! >>> ((slot & 1) * BITS)) & MASK;
}

/** The slot of a vantage, which takes a free one where it has none. HOT PATH. */
export function slotOf(ints: Int32Array, base: number, vantage: number): number {
  for (let slot = 0; slot < SLOTS; slot += 1) {
    const there = vantageIn(ints, base, slot);
    if (there === vantage) return slot;
    if (there !== FREE) continue;
    ints[base + (slot < 2 ? Int.vantagesLow : Int.vantagesHigh)]! |= vantage << ((slot & 1) * BITS);
    return slot;
  }
  return NO_SLOT;
}

/** The slot of the vantage that leads. */
export function leadingSlot(ints: Int32Array, base: number): number {
  return ints[base + Int.leadingSlot]!;
}

/** Makes another slot the leading one. Where it saw what the one before sees, that one sees what it sees. `client` and `server` are the sides' bases. */
export function lead(ints: Int32Array, base: number, slot: number, client: number, server: number): void {
  const before = leadingSlot(ints, base);
  ints[base + Int.leadingSlot] = slot;
  for (const side of [client, server]) {
    if (!isProven(ints, side, slot)) continue;
    ints[side + SideInt.vantages]! ^= (1 << slot) | (1 << before);
  }
}

/** True where a slot's vantage is known to see the packets of this side that the leading one sees. */
export function isProven(ints: Int32Array, side: number, slot: number): boolean {
  return (ints[side + SideInt.vantages]! & (1 << slot)) !== 0;
}

/** The leading vantage has seen a packet of this side that these slots' have seen as well, a bit each. */
export function prove(ints: Int32Array, side: number, slots: number): void {
  ints[side + SideInt.vantages]! |= slots;
}

/** Counts a packet of this side that passed elsewhere; how many have since the leading vantage saw one. */
export function countPassed(ints: Int32Array, side: number): number {
  ints[side + SideInt.vantages]! += ONE_PASSED;
  return ints[side + SideInt.vantages]! >>> SLOTS;
}

/** The leading vantage has seen a packet of this side. */
export function noteLeading(ints: Int32Array, side: number): void {
  ints[side + SideInt.vantages]! &= PROOFS;
}

/** Nothing is known any more of who sees what of this side. */
export function forgetProofs(ints: Int32Array, side: number): void {
  ints[side + SideInt.vantages] = 0;
}

/** The vantages of the connection, the leading one first. */
export function vantagesOf(ints: Int32Array, base: number): number[] {
  const leading = leadingSlot(ints, base);
  const slots = Array.from({ length: SLOTS }, (_, slot) => slot).sort(
    (a, b) => Number(b === leading) - Number(a === leading),
  );
  return slots.map((slot) => vantageIn(ints, base, slot)).filter((vantage) => vantage !== FREE);
}

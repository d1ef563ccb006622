import type { Packet } from "@weir/wire";
import { CLIENT, SERVER } from "../memory/connection-record.ts";
import { correct } from "./correct.ts";
import { packetHash } from "./packet-hash.ts";
import { RecentPackets } from "./recent-packets.ts";
import {
  countPassed,
  forgetProofs,
  isProven,
  lead,
  leadingSlot,
  NO_SLOT,
  noteLeading,
  prove,
  slotOf,
  vantageIn,
  vantagesOf,
} from "./vantage-slots.ts";
import type { CurrentConnection, Vantages } from "./vantages.ts";

/** When so many packets have passed elsewhere and none at the leading vantage, it does not lead any more: its interface may be gone. */
const MOST_PASSED = 512;

/**
 * Tells the same packet, seen at several interfaces of a host on its way, from one that was sent again: the first is counted once, and its connection
 * knows where it was seen. One vantage of a connection leads, the one nearest to the process: as soon as another is known to see the same packets of
 * a direction, that one's are left out whatever offloading made of them, so that all numbers are those of one place. Until then a packet is counted
 * where it is seen first. Whose addresses are translated on the way (NAT) is another connection behind that, and not the same packet.
 */
export class Sightings {
  readonly #vantages: Vantages;
  readonly #recent = new RecentPackets();
  /** Packets of each vantage, by its number, that were counted at another one. */
  readonly copies: number[] = [];

  constructor(vantages: Vantages) {
    this.#vantages = vantages;
  }

  /** True for a packet of the side at `forward` that is counted at another vantage; the memory's current connection is the packet's. HOT PATH. */
  isCopy(memory: CurrentConnection, packet: Packet, forward: number): boolean {
    const { ints, base } = memory;
    const slot = slotOf(ints, base, packet.interfaceId + 1);
    if (slot === leadingSlot(ints, base)) noteLeading(ints, forward);
    else if (slot !== NO_SLOT && isProven(ints, forward, slot)) {
      if (countPassed(ints, forward) < MOST_PASSED) return this.#count(packet);
      forgetProofs(ints, forward);
    }
    const hash = packetHash(packet, memory.record * 2 + (forward === base + CLIENT ? 0 : 1));
    if (slot === NO_SLOT) return this.#recent.has(hash, packet.atNs) && this.#count(packet);
    const others = this.#recent.take(hash, slot, packet.atNs);
    if (others === 0) return false;
    this.#seenTwice(memory, packet, forward, slot, others);
    return this.#count(packet);
  }

  /** Names of the vantages that see the memory's current connection, the leading one first; undefined before there is any. */
  namesOf({ ints, base }: CurrentConnection): string | undefined {
    const names = vantagesOf(ints, base).map((vantage) => this.#vantages.nameOf(vantage - 1));
    return names.length === 0 ? undefined : names.join(",");
  }

  /** A packet was seen at a slot and at others, a bit each: who leads, and who sees what the leading one sees? */
  #seenTwice(memory: CurrentConnection, packet: Packet, forward: number, slot: number, others: number): void {
    const { ints, base } = memory;
    const leading = leadingSlot(ints, base);
    if (slot === leading || this.#isNearer(ints, base, slot, leading)) {
      if (slot !== leading) lead(ints, base, slot, base + CLIENT, base + SERVER);
      noteLeading(ints, forward);
      prove(ints, forward, others);
      correct(memory, packet, forward);
    } else if ((others & (1 << leading)) !== 0) prove(ints, forward, 1 << slot);
  }

  #isNearer(ints: Int32Array, base: number, slot: number, than: number): boolean {
    const nearnessIn = (at: number) => this.#vantages.nearnessOf(vantageIn(ints, base, at) - 1);
    return nearnessIn(slot) > nearnessIn(than);
  }

  #count({ interfaceId }: Packet): true {
    this.copies[interfaceId] = (this.copies[interfaceId] ?? 0) + 1;
    return true;
  }
}

import type { SeenInterface, Vantage } from "@weir/capture";

/** Vantages that have numbers of their own. Those beyond it share the last one. */
const MAX_VANTAGES = 4_096;
/** Vantages that the status tells of. */
const MOST_TOLD = 64;
/** Numbers of interfaces are smaller: the kernel gives out the next free one. */
const INDEXES_PER_RING = 2 ** 24;

/** What was seen at one interface. */
export interface VantageCounts {
  /** The interface, with its namespace where that is another one. */
  readonly name: string;
  readonly packets: number;
  /** Of those, packets of connections that were counted at another interface. */
  readonly copies: number;
}

/** True where the same packet may come by twice: several rings, or one that hears all interfaces. */
export function canSeeTwice(rings: readonly Vantage[]): boolean {
  return rings.length > 1 || rings.some((ring) => ring.interface === undefined);
}

/** The interfaces that packets are seen on, numbered as they turn up: a ring for `any` hears many. */
export class SeenVantages {
  readonly #describe: (ring: number, interfaceIndex: number) => SeenInterface;
  readonly #numbers = new Map<number, number>();
  readonly #seen: SeenInterface[] = [];
  readonly #packets = new Float64Array(MAX_VANTAGES);
  #lastKey = -1;
  #lastNumber = 0;

  constructor(describe: (ring: number, interfaceIndex: number) => SeenInterface) {
    this.#describe = describe;
  }

  /** Number of the vantage that a packet was seen at; the packet is counted. HOT PATH. */
  numberOf(ring: number, interfaceIndex: number): number {
    const key = ring * INDEXES_PER_RING + interfaceIndex;
    if (key !== this.#lastKey) {
      this.#lastKey = key;
      this.#lastNumber = this.#numbers.get(key) ?? this.#add(key, ring, interfaceIndex);
    }
    this.#packets[this.#lastNumber] = (this.#packets[this.#lastNumber] ?? 0) + 1;
    return this.#lastNumber;
  }

  nameOf(number: number): string {
    return this.#seen[number]?.name ?? "";
  }

  nearnessOf(number: number): number {
    return this.#seen[number]?.nearness ?? 0;
  }

  /** What was seen where, the busiest first; `copies` by number. */
  counts(copies: readonly number[]): VantageCounts[] {
    const all = this.#seen.map(({ name }, number) => ({
      name,
      packets: this.#packets[number] ?? 0,
      copies: copies[number] ?? 0,
    }));
    return all.sort((a, b) => b.packets - a.packets).slice(0, MOST_TOLD);
  }

  #add(key: number, ring: number, interfaceIndex: number): number {
    const isFull = this.#seen.length >= MAX_VANTAGES;
    const number = isFull ? MAX_VANTAGES - 1 : this.#seen.length;
    if (isFull) return number;
    this.#numbers.set(key, number);
    this.#seen.push(this.#describe(ring, interfaceIndex));
    return number;
  }
}

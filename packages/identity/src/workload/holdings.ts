/** Who had a key (an address) from when to when, in Unix milliseconds. */
interface Holding {
  readonly holder: string;
  readonly fromUnixMs: number;
  /** Absent while it still has it. */
  untilUnixMs: number | undefined;
}

export interface HoldingsLimits {
  /** Keys that are remembered; the one taken first is forgotten beyond it. */
  readonly keys: number;
  /** Holders that are remembered per key; the oldest is forgotten beyond it. */
  readonly holdersPerKey: number;
}

/** Who had an address when: addresses change hands, and what is old keeps the holder that it had then. */
export class Holdings {
  readonly #limits: HoldingsLimits;
  readonly #byKey = new Map<string, Holding[]>();
  /** Holdings that a limit has cost. */
  dropped = 0;

  constructor(limits: HoldingsLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#byKey.size;
  }

  /** The holder has the key from then on. Where `isExclusive`, whoever had it before has it no longer from that moment on. */
  take(key: string, holder: string, fromUnixMs: number, isExclusive: boolean): void {
    const holdings = this.#of(key);
    // The same told again, of one that has ended since too: it adds nothing.
    const isKnown = (each: Holding) => each.untilUnixMs === undefined || each.fromUnixMs === fromUnixMs;
    if (holdings.some((each) => each.holder === holder && isKnown(each))) return;
    if (isExclusive)
      for (const each of holdings)
        if (each.fromUnixMs < fromUnixMs && (each.untilUnixMs ?? Number.POSITIVE_INFINITY) > fromUnixMs)
          each.untilUnixMs = fromUnixMs;
    holdings.push({ holder, fromUnixMs, untilUnixMs: undefined });
    if (holdings.length <= this.#limits.holdersPerKey) return;
    holdings.shift();
    this.dropped += 1;
  }

  /** The holder has the key no longer. */
  release(key: string, holder: string, untilUnixMs: number): void {
    for (const each of this.#byKey.get(key) ?? [])
      if (each.holder === holder && each.untilUnixMs === undefined)
        each.untilUnixMs = Math.max(untilUnixMs, each.fromUnixMs);
  }

  /** Who had the key at that moment. */
  at(key: string, unixMs: number): string[] {
    const holdings = this.#byKey.get(key) ?? [];
    const held = holdings.filter(
      ({ fromUnixMs, untilUnixMs }) => fromUnixMs <= unixMs && unixMs < (untilUnixMs ?? Number.POSITIVE_INFINITY),
    );
    return [...new Set(held.map(({ holder }) => holder))];
  }

  /** True where somebody had the key at some time. */
  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  #of(key: string): Holding[] {
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const holdings: Holding[] = [];
    this.#byKey.set(key, holdings);
    for (const oldest of this.#byKey.keys()) {
      if (this.#byKey.size <= this.#limits.keys) break;
      this.#byKey.delete(oldest);
      this.dropped += 1;
    }
    return holdings;
  }
}

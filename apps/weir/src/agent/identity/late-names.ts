import type { LiveRecord } from "../messages.ts";
import type { Nameable, Namer } from "./namer.ts";

/** A connection that is over waits so long at most for names that may still come: a pod's address is known to the cluster a second or two after its first packets. */
const HOLD_MS = 5_000;
/** Connections that wait at most; beyond it that which waits longest goes as it is. */
const MAX_HELD = 10_000;

interface Held {
  readonly live: Extract<LiveRecord, { kind: "connection" }>;
  readonly untilMs: number;
}

/** How naming goes. */
export interface LateNamesCounts {
  readonly held: number;
  /** Connections whose names came while they waited, and those that went without. */
  readonly namedLate: number;
  readonly gaveUp: number;
}

/** Names connections, and holds those that are over back for a moment where a name may still come. What goes out is never changed. */
export class LateNames {
  readonly #namers: readonly Namer[];
  readonly #nowMs: () => number;
  #held: Held[] = [];
  #namedLate = 0;
  #gaveUp = 0;

  constructor(namers: readonly Namer[], nowMs: () => number = () => performance.now()) {
    this.#namers = namers;
    this.#nowMs = nowMs;
  }

  get counts(): LateNamesCounts {
    return { held: this.#held.length, namedLate: this.#namedLate, gaveUp: this.#gaveUp };
  }

  /** Takes records; gives back, named, those that are to go out now. */
  take(records: readonly LiveRecord[]): LiveRecord[] {
    const ready: LiveRecord[] = [];
    for (const live of records) {
      if (live.kind === "open") this.#mayBecomeKnown(live);
      if (live.kind !== "connection") ready.push(live);
      else if (this.#mayBecomeKnown(live) && live.report === "end")
        this.#held.push({ live, untilMs: this.#nowMs() + HOLD_MS });
      else ready.push(this.#done(live));
    }
    while (this.#held.length > MAX_HELD) ready.push(...this.#giveUp(1));
    return ready;
  }

  /** Those whose names have come, or whose time is over. */
  due(): LiveRecord[] {
    const nowMs = this.#nowMs();
    const ready: LiveRecord[] = [];
    const still: Held[] = [];
    for (const held of this.#held) {
      const isKnown = !this.#mayBecomeKnown(held.live);
      if (!isKnown && nowMs < held.untilMs) {
        still.push(held);
        continue;
      }
      if (isKnown) this.#namedLate += 1;
      else this.#gaveUp += 1;
      ready.push(this.#done(held.live));
    }
    this.#held = still;
    return ready;
  }

  /** All that wait, as they are. */
  rest(): LiveRecord[] {
    return [...this.due(), ...this.#giveUp(this.#held.length)];
  }

  #giveUp(count: number): LiveRecord[] {
    this.#gaveUp += count;
    return this.#held.splice(0, count).map(({ live }) => this.#done(live));
  }

  #mayBecomeKnown({ record }: { readonly record: Nameable }): boolean {
    let mayBecome = false;
    for (const namer of this.#namers) if (namer.name(record)) mayBecome = true;
    return mayBecome;
  }

  #done(live: Held["live"]): LiveRecord {
    if (live.report === "end") for (const namer of this.#namers) namer.forget(live.record.connectionId);
    return live;
  }
}

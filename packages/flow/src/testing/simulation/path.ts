import type { Agenda } from "./agenda.ts";
import type { Random } from "./random.ts";
import { type Arrival, otherSide, type Segment, type SideName } from "./segment.ts";
import type { Wait } from "./wait.ts";

/** One part of the way, the same in both directions. Probabilities are 0 to 1, per packet. */
export interface LegOptions {
  /** One way. */
  readonly delayNs: number;
  /** Added to the delay, evenly from 0; does not change the order. */
  readonly jitterNs: number;
  readonly loss: number;
  readonly duplication: number;
  readonly reordering: number;
  /** What a reordered packet takes longer, so that others overtake it. */
  readonly reorderNs: number;
  /** Congestion marks on what may be marked (RFC 3168). */
  readonly marking: number;
}

/** A copy of a segment as it passed the vantage. */
export interface Sighting {
  readonly segment: Segment;
  readonly atNs: number;
  /** False where the capture missed it, though it passed. */
  readonly isCaptured: boolean;
  /** True where it had a congestion mark when it passed. */
  readonly isMarked: boolean;
}

/** What became of the segments, for the truth. */
export interface PathLog {
  readonly sent: Segment[];
  /** In order of time. */
  readonly sightings: Sighting[];
  /** What the hosts waited for, in order of the end. */
  readonly waits: Wait[];
  /** By segment id: copies that arrived. */
  readonly arrivals: Map<number, number>;
}

/** Packets of one leg follow each other at least so far apart, so that no two pass the vantage at once. */
const SPACING_NS = 1_000;
/** A network's second copy follows the first within this time. */
const DUPLICATE_WITHIN_NS = 300_000;

/** One leg in one direction. */
class Leg {
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #options: LegOptions;
  #lastArrivalNs = 0;

  constructor(agenda: Agenda, random: Random, options: LegOptions) {
    this.#agenda = agenda;
    this.#random = random;
    this.#options = options;
  }

  /** Carries a packet: `arrive` is called once per copy that arrives, and told whether it was marked here. */
  carry(mayMark: boolean, arrived: (isMarked: boolean) => void): void {
    const random = this.#random;
    const options = this.#options;
    if (random.chance(options.loss)) return;
    const isMarked = mayMark && options.marking > 0 && random.chance(options.marking);
    const arrive = () => arrived(isMarked);
    const copies = random.chance(options.duplication) ? 2 : 1;
    const isLate = random.chance(options.reordering);
    const atNs = this.#agenda.nowNs + options.delayNs + random.below(options.jitterNs);
    if (isLate) this.#agenda.at(atNs + options.reorderNs, arrive);
    else this.#agenda.at(this.#inOrder(atNs), arrive);
    if (copies === 2) this.#agenda.at(this.#inOrder(atNs + random.below(DUPLICATE_WITHIN_NS)), arrive);
  }

  #inOrder(atNs: number): number {
    this.#lastArrivalNs = Math.max(atNs, this.#lastArrivalNs + SPACING_NS);
    return this.#lastArrivalNs;
  }
}

/** The way between client and server, with the vantage in between: two legs, each in both directions. */
export class Path {
  readonly log: PathLog = { sent: [], sightings: [], waits: [], arrivals: new Map() };
  readonly #agenda: Agenda;
  readonly #random: Random;
  readonly #missed: number;
  /** The leg that a side's packets take to the vantage, and the one by which packets come to it. */
  readonly #from: Readonly<Record<SideName, Leg>>;
  readonly #to: Readonly<Record<SideName, Leg>>;

  /** `missed` is the probability that a packet passes the vantage without being captured. */
  constructor(agenda: Agenda, random: Random, legs: Readonly<Record<SideName, LegOptions>>, missed: number) {
    this.#agenda = agenda;
    this.#random = random;
    this.#missed = missed;
    this.#from = { client: new Leg(agenda, random, legs.client), server: new Leg(agenda, random, legs.server) };
    this.#to = { client: new Leg(agenda, random, legs.client), server: new Leg(agenda, random, legs.server) };
  }

  /** Sends a segment on its way; `deliver` is called once per copy that arrives at the other end. */
  send(segment: Segment, deliver: (arrival: Arrival) => void): void {
    const { sent, sightings, arrivals } = this.log;
    sent.push(segment);
    this.#from[segment.from].carry(segment.isEcnCapable, (isMarked) => {
      const vantageAtNs = this.#agenda.nowNs;
      sightings.push({ segment, atNs: vantageAtNs, isCaptured: !this.#random.chance(this.#missed), isMarked });
      this.#to[otherSide(segment.from)].carry(segment.isEcnCapable, (isMarkedBehind) => {
        arrivals.set(segment.id, (arrivals.get(segment.id) ?? 0) + 1);
        deliver({ segment, vantageAtNs, arrivedAtNs: this.#agenda.nowNs, isMarked: isMarked || isMarkedBehind });
      });
    });
  }
}

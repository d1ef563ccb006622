import type { Association } from "../sctp/association.ts";
import type { Holes } from "../tcp/holes.ts";
import type { ResentStarts } from "../tcp/resent-starts.ts";
import { Sightings } from "../vantages/sightings.ts";
import type { Vantages } from "../vantages/vantages.ts";
import { CLIENT, ConnectionFlag, freshRecord, Int, NO_RECORD, SERVER, SideInt } from "./connection-record.ts";
import { RecordPool } from "./record-pool.ts";
import { freshHistogram } from "./round-trip-histogram.ts";
import { freshThroughput } from "./throughput-record.ts";
import { freshTrouble, TROUBLE_CLIENT, TROUBLE_SERVER } from "./trouble-record.ts";
import { freshTurns } from "./turn-record.ts";

/** What few connections have and no typed memory can hold. */
export interface Extras {
  /** What each side's bytes jumped over. */
  clientHoles: Holes | undefined;
  serverHoles: Holes | undefined;
  /** What each side sent again after a loss behind the vantage, as it seems. */
  clientResent: ResentStarts | undefined;
  serverResent: ResentStarts | undefined;
  /** Numbers of packets that show trouble. */
  evidence: number[] | undefined;
  /** ICMP's word on why it could not be reached. */
  unreachable: string;
  /** Of SCTP only. */
  association: Association | undefined;
}

/**
 * All memory of open connections: their records and the side tables of rare facts. One connection is the current one: {@link select} makes it so, and
 * `ints`, `reals` and `base` are then its own.
 */
export class ConnectionMemory {
  readonly records = new RecordPool(freshRecord());
  readonly trouble = new RecordPool(freshTrouble());
  readonly turns = new RecordPool(freshTurns());
  readonly throughput = new RecordPool(freshThroughput());
  readonly histograms = new RecordPool(freshHistogram());
  readonly #extras = new Map<number, Extras>();
  /** Where packets are seen; absent where they are all seen at one place, or each counts. */
  readonly sightings: Sightings | undefined;
  ints: Int32Array = this.records.ints;
  reals: Float64Array = this.records.reals;
  /** The current connection's record, and its base in `ints`. */
  record = NO_RECORD;
  base = 0;

  constructor(vantages?: Vantages) {
    this.sightings = vantages && new Sightings(vantages);
  }

  /** Bytes of typed memory held. */
  get bytes(): number {
    const { records, trouble, turns, throughput, histograms } = this;
    return records.bytes + trouble.bytes + turns.bytes + throughput.bytes + histograms.bytes;
  }

  /** Makes a connection the current one; returns its base. */
  select(record: number): number {
    const { records } = this;
    this.base = records.select(record);
    this.record = record;
    this.ints = records.ints;
    this.reals = records.reals;
    return this.base;
  }

  /** A fresh connection, the current one. */
  allocate(): number {
    return this.select(this.records.allocate());
  }

  /** Gives the current connection's memory back, in all tables. */
  release(): void {
    const { ints, base } = this;
    releaseIn(this.trouble, ints[base + Int.trouble]!);
    releaseIn(this.turns, ints[base + Int.turns]!);
    releaseIn(this.throughput, ints[base + Int.throughput]!);
    releaseIn(this.histograms, ints[base + CLIENT + SideInt.histogram]!);
    releaseIn(this.histograms, ints[base + SERVER + SideInt.histogram]!);
    if ((ints[base + Int.flags]! & ConnectionFlag.hasExtras) !== 0) this.#extras.delete(this.record);
    this.records.release(this.record);
  }

  /** Extras of the current connection, where it has any. */
  get extras(): Extras | undefined {
    if ((this.ints[this.base + Int.flags]! & ConnectionFlag.hasExtras) === 0) return undefined;
    return this.#extras.get(this.record);
  }

  /** Extras of the current connection, made where it had none. */
  needExtras(): Extras {
    let { extras } = this;
    if (extras === undefined) {
      this.ints[this.base + Int.flags]! |= ConnectionFlag.hasExtras;
      extras = {
        clientHoles: undefined,
        serverHoles: undefined,
        clientResent: undefined,
        serverResent: undefined,
        evidence: undefined,
        unreachable: "",
        association: undefined,
      };
      this.#extras.set(this.record, extras);
    }
    return extras;
  }

  /** The current connection's base in `trouble`, made where it had none; its block is then selected there. */
  needTrouble(): number {
    const at = this.base + Int.trouble;
    if (this.ints[at] === NO_RECORD) this.ints[at] = this.trouble.allocate();
    return this.trouble.select(this.ints[at]!);
  }

  /** Counts one more of a side's troubles; `side` is CLIENT or SERVER, `counter` of `TroubleInt`. */
  countTrouble(side: number, counter: number, by = 1): void {
    const base = this.needTrouble();
    this.trouble.ints[base + (side === CLIENT ? TROUBLE_CLIENT : TROUBLE_SERVER) + counter]! += by;
  }

  /** Adds to one of a side's measures of trouble, `measure` of `TroubleReal`. */
  addTrouble(side: number, measure: number, by: number): void {
    const base = this.needTrouble();
    this.trouble.reals[((base + (side === CLIENT ? TROUBLE_CLIENT : TROUBLE_SERVER)) >> 1) + measure]! += by;
  }
}

function releaseIn(pool: RecordPool, record: number): void {
  if (record !== NO_RECORD) pool.release(record);
}

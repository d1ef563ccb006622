import { PackReader, PackWriter } from "@weir/base";
import type { Association } from "../sctp/association.ts";
import type { Holes } from "../tcp/holes.ts";
import type { ResentStarts } from "../tcp/resent-starts.ts";
import { Sightings } from "../vantages/sightings.ts";
import type { Vantages } from "../vantages/vantages.ts";
import { CLIENT, ConnectionFlag, freshRecord, Int, NO_RECORD, SERVER, SideInt } from "./connection-record.ts";
import { RecordPool } from "./record-pool.ts";
import { RECORD_SHAPE, SIDE_SHAPES, SIDE_TABLES } from "./resting/connection-shape.ts";
import { RestingRecords } from "./resting/resting-records.ts";
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

/** A fresh record with room for no more than itself, in which one that rests is looked at, and what it says of one that was given back. */
const SCRATCH = 0;
const GONE_PACKET = -1;

/** Hears of a connection that wakes: what was written behind its records is to be read. */
export type WakeListener = (record: number, reader: PackReader) => void;

/**
 * All memory of open connections: their records and the side tables of rare facts. One connection is the current one: {@link select} makes it so, and
 * `ints`, `reals` and `base` are then its own. A connection may go to rest: its numbers are then a short text, until it is selected again.
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

  /** Absent where none rests: a record's number is then its place. */
  readonly #resting: RestingRecords | undefined;
  readonly #onWake: WakeListener | undefined;
  readonly #writer = new PackWriter();
  readonly #reader = new PackReader();
  readonly #scratch = new RecordPool(freshRecord());

  /** Connections rest only where somebody hears of it when they wake. */
  constructor(vantages?: Vantages, onWake?: WakeListener) {
    this.sightings = vantages && new Sightings(vantages);
    this.#onWake = onWake;
    this.#resting = onWake && new RestingRecords();
    this.#scratch.allocate();
  }

  /** Bytes of memory held. */
  get bytes(): number {
    const { records, trouble, turns, throughput, histograms } = this;
    const awake = records.bytes + trouble.bytes + turns.bytes + throughput.bytes + histograms.bytes;
    return awake + (this.#resting?.bytes ?? 0);
  }

  /** Numbers of records that were given out so far; those below may have been given back. */
  get used(): number {
    return this.#resting?.used ?? this.records.used;
  }

  /** Connections that rest. */
  get resting(): number {
    return this.#resting?.count ?? 0;
  }

  /** Makes a connection the current one, awake if it rested; returns its base. HOT PATH. */
  select(record: number): number {
    return this.#selectAt(record, this.#resting === undefined ? record : this.#placeOf(this.#resting, record));
  }

  /** True for a connection that has its place in typed memory. */
  isAwake(record: number): boolean {
    return this.#resting === undefined || this.#resting.placeOf(record) >= 0;
  }

  /** As {@link select}, to read only and until the next one: who rests is not woken. Of a record that was given back `Int.firstPacket` is -1. */
  peek(record: number): number {
    const resting = this.#resting;
    if (resting === undefined || resting.placeOf(record) >= 0) return this.select(record);
    this.base = this.#scratch.select(SCRATCH);
    this.record = NO_RECORD;
    this.ints = this.#scratch.ints;
    this.reals = this.#scratch.reals;
    if (resting.isGone(record)) this.ints[this.base + Int.firstPacket] = GONE_PACKET;
    else RECORD_SHAPE.read(this.#reader.open(resting.textOf(record)), this);
    return this.base;
  }

  /** The connection goes to rest; `more` may write what is to be read when it wakes. Afterwards there is no current one. */
  rest(record: number, more: (writer: PackWriter) => void): void {
    const resting = this.#resting;
    if (resting === undefined || !this.isAwake(record)) return;
    this.select(record);
    const { ints, base } = this;
    const writer = this.#writer;
    writer.clear();
    RECORD_SHAPE.write(writer, this);
    SIDE_TABLES.forEach((offset, index) => {
      const [pool, side] = [this.#sidePool(index), ints[base + offset]!];
      writer.byte(side === NO_RECORD ? 0 : 1);
      if (side === NO_RECORD) return;
      const at = pool.select(side);
      SIDE_SHAPES[index]!.write(writer, { ints: pool.ints, reals: pool.reals, base: at });
      pool.release(side);
    });
    more(writer);
    this.records.release(resting.placeOf(record));
    resting.rest(record, writer.text());
    this.record = NO_RECORD;
  }

  /** Gives memory back that no connection uses, as far as that can be without moving others. */
  trim(): void {
    for (const pool of [this.records, this.trouble, this.turns, this.throughput, this.histograms]) pool.trim();
  }

  #placeOf(resting: RestingRecords, record: number): number {
    const place = resting.placeOf(record);
    return place >= 0 ? place : this.#wake(resting, record);
  }

  /** Gives a record that rests a place again; whoever keeps something beside it hears of it. */
  #wake(resting: RestingRecords, record: number): number {
    const reader = this.#reader.open(resting.textOf(record));
    const place = this.records.allocate();
    resting.wake(record, place);
    const base = this.#selectAt(record, place);
    const { ints, reals } = this;
    RECORD_SHAPE.read(reader, { ints, reals, base });
    SIDE_TABLES.forEach((offset, index) => {
      if (reader.byte() === 0) return;
      const pool = this.#sidePool(index);
      const side = pool.allocate();
      ints[base + offset] = side;
      SIDE_SHAPES[index]!.read(reader, { ints: pool.ints, reals: pool.reals, base: pool.select(side) });
    });
    this.#onWake?.(record, reader);
    return place;
  }

  /** The table of a place in {@link SIDE_TABLES}. */
  #sidePool(index: number): RecordPool {
    const { trouble, turns, throughput, histograms } = this;
    return [trouble, turns, throughput, histograms][index] ?? histograms;
  }

  #selectAt(record: number, place: number): number {
    const { records } = this;
    this.base = records.select(place);
    this.record = record;
    this.ints = records.ints;
    this.reals = records.reals;
    return this.base;
  }

  /** A fresh connection, the current one. */
  allocate(): number {
    const place = this.records.allocate();
    return this.#selectAt(this.#resting?.add(place) ?? place, place);
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
    this.records.release(this.#resting?.placeOf(this.record) ?? this.record);
    this.#resting?.remove(this.record);
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

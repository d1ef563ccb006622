import { CLIENT, freshRecord, Int, Real, SERVER, SideInt, SideReal } from "../connection-record.ts";
import { freshHistogram } from "../round-trip-histogram.ts";
import { Buckets, freshThroughput } from "../throughput-record.ts";
import { freshTrouble, TROUBLE_CLIENT, TROUBLE_SERVER } from "../trouble-record.ts";
import { freshTurns, Turn } from "../turn-record.ts";
import { type Layout, TableShape } from "./table-shape.ts";

/** Where a connection's record says which records of side tables are its own. */
export const SIDE_TABLES = [
  Int.trouble,
  Int.turns,
  Int.throughput,
  CLIENT + SideInt.histogram,
  SERVER + SideInt.histogram,
] as const;

const SIDES = [CLIENT, SERVER] as const;
const SIDE_REALS = Object.keys(SideReal).length;
const REALS = Object.keys(Real).length;

const HEAD: Layout = { from: 0, doubles: REALS, ints: CLIENT - REALS * 2 };
const sideLayout = (from: number): Layout => ({
  from,
  doubles: SIDE_REALS,
  ints: SERVER - CLIENT - SIDE_REALS * 2,
});

/** Moments of a connection lie near its beginning. */
const MOMENTS = [
  Real.lastAtNs,
  Real.synAtNs,
  Real.lastSynAtNs,
  Real.lastSynAckAtNs,
  Real.handshakeAtNs,
  Real.closedAtNs,
  Real.lastDataAtNs,
  Real.bucketEndNs,
  ...SIDES.flatMap((side) =>
    [SideReal.firstDataAtNs, SideReal.nextAtNs, SideReal.lastAckAtNs, SideReal.timedAtNs].map(
      (moment) => (side >> 1) + moment,
    ),
  ),
];

/** Sequence numbers lie near where their side's stream began; what a side acknowledged, near where the other's did. */
const SEQUENCES = new Map<number, number>([
  [Int.lastPacket, Int.firstPacket],
  [Int.stallPacket, Int.firstPacket],
  ...SIDES.flatMap((side) =>
    [SideInt.next, SideInt.maxToAck, SideInt.timedEnd, SideInt.goodEnd].map((number): [number, number] => [
      side + number,
      side + SideInt.base,
    ]),
  ),
  [CLIENT + SideInt.lastAck, SERVER + SideInt.base],
  [SERVER + SideInt.lastAck, CLIENT + SideInt.base],
]);

/** A connection's record as it is written while it rests, without the numbers of its side tables' records. */
export const RECORD_SHAPE = new TableShape(
  freshRecord(),
  [HEAD, sideLayout(CLIENT), sideLayout(SERVER)],
  { doubles: { to: Real.startedAtNs, of: MOMENTS }, ints: SEQUENCES },
  SIDE_TABLES,
);

const TROUBLE_REALS = 7;
const troubleLayout = (from: number): Layout => ({
  from,
  doubles: TROUBLE_REALS,
  ints: TROUBLE_SERVER - TROUBLE_CLIENT - TROUBLE_REALS * 2,
});
const HISTOGRAM = new TableShape(freshHistogram(), [{ from: 0, doubles: 0, ints: freshHistogram().length }]);

/** The side tables' records, in the order of {@link SIDE_TABLES}. */
export const SIDE_SHAPES = [
  new TableShape(freshTrouble(), [
    { from: 0, doubles: 1, ints: TROUBLE_CLIENT - 2 },
    troubleLayout(TROUBLE_CLIENT),
    troubleLayout(TROUBLE_SERVER),
  ]),
  new TableShape(freshTurns(), [
    { from: 0, doubles: Turn.thinkSamples / 2, ints: freshTurns().length - Turn.thinkSamples },
  ]),
  new TableShape(freshThroughput(), [
    { from: 0, doubles: Buckets.client / 2, ints: freshThroughput().length - Buckets.client },
  ]),
  HISTOGRAM,
  HISTOGRAM,
] as const;

/**
 * The record of an open connection, TCP or UDP: where each number stands. What every packet touches stands here; rare facts have side tables
 * (trouble-record.ts, turn-record.ts, throughput-record.ts, round-trip-histogram.ts), whose records exist once there is something to put in. An idle connection without payload
 * thus takes {@link RECORD_BYTES} here and some fifty bytes in conversations.ts.
 *
 * Invariants:
 * - Doubles stand first, integers behind them; both in the head and in each side. Offsets are into `ints` and `reals` of record-pool.ts.
 * - Sequence numbers are kept as signed 32-bit integers: compare them with `distance` and `plus` of sequence.ts, which give such integers.
 * - Times are offsets in nanoseconds, {@link NEVER} where nothing happened yet.
 * - Two counts in one integer stand in its lower and upper 16 bits and stop at the top.
 */

/** A moment that has not come. Not a negative number: offsets are negative where a capture's clock ran backwards. */
export const NEVER = Number.NEGATIVE_INFINITY;

/** A side table's record that does not exist. */
export const NO_RECORD = -1;

/** Doubles of a record's head, as offsets in `reals`. */
export const Real = {
  startedAtNs: 0,
  lastAtNs: 1,
  longestStallNs: 2,
  firstFileOffset: 3,
  lastFileOffset: 4,
  synAtNs: 5,
  lastSynAtNs: 6,
  lastSynAckAtNs: 7,
  handshakeAtNs: 8,
  firstRttNs: 9,
  /** When the first FIN or reset came. */
  closedAtNs: 10,
  lastDataAtNs: 11,
  /** When the present bucket of throughput ends. */
  bucketEndNs: 12,
} as const;

/** Integers of a record's head, as offsets in `ints`. */
export const Int = {
  conversation: 26,
  firstPacket: 27,
  lastPacket: 28,
  /** {@link ConnectionFlag} bits; above them those of `Complete` (completeness.ts). */
  flags: 29,
  /** SYNs in the lower half, SYN-ACKs in the upper one. */
  syns: 30,
  /** VLAN + 1 in the upper bits, tunnel in the lower four. */
  layers: 31,
  /** Index in STALL_REASONS in the lower half; minutes reported so far in the upper one. */
  stallReason: 32,
  stallPacket: 33,
  /** Records of side tables; NO_RECORD while there are none. */
  trouble: 34,
  turns: 35,
  throughput: 36,
  /** Direction score in the lower byte, index in DIRECTION_EVIDENCE above it. */
  direction: 37,
  /** Vantages that see it, 16 bits each, see vantages/vantage-slots.ts. */
  vantagesLow: 38,
  vantagesHigh: 39,
  /** The slot of the one whose packets are counted. */
  leadingSlot: 40,
} as const;
const HEAD_INTS = 42;
/** Where the bits of `Complete` begin in `Int.flags`. */
export const COMPLETENESS_SHIFT = 16;

/** Bits of `Int.flags`. */
export const ConnectionFlag = {
  wasReset: 1,
  resetByServer: 2,
  cutPayload: 4,
  sawData: 8,
  lastDataFromServer: 16,
  closedByServer: 32,
  /** The first reset came before its sender had acknowledged everything. */
  resetTooEarly: 64,
  /** A SYN was seen, and no ACK of either side since. */
  awaitsAck: 128,
  midStream: 256,
  /** It is over and waits for late packets. */
  lingers: 512,
  /** Its SYN came on ports that a known connection had used. */
  portReused: 1024,
  clockStep: 2048,
  /** No TCP and no SCTP: nothing of sequence numbers and handshakes applies. */
  isDatagrams: 4096,
  /** Bytes of a stream were given up because of a limit. */
  hitLimit: 8192,
  /** Something of it stands in no typed memory, see `Extras` in connection-memory.ts. */
  hasExtras: 16384,
  /** With `isDatagrams` ICMP echo, without it SCTP: the two bits together tell the transport. */
  isOther: 32768,
} as const;

/** The bits that tell the transport: none is TCP. */
const TRANSPORT = ConnectionFlag.isDatagrams | ConnectionFlag.isOther;

/** True where a record's flags are those of a TCP connection. */
export function isTcpFlags(flags: number): boolean {
  return (flags & TRANSPORT) === 0;
}

/** Doubles of one side, as offsets in `reals` from the side's base halved. */
export const SideReal = {
  wireBytes: 0,
  payloadBytes: 1,
  firstDataAtNs: 2,
  /** When the highest sequence number was sent. */
  nextAtNs: 3,
  lastAckAtNs: 4,
  /** Round trips: this side's data until the other side's ACK. One segment is timed at a time. */
  timedAtNs: 5,
  rttSumNs: 6,
  rttMinNs: 7,
  rttMaxNs: 8,
  /** Sum of the squares of round trips, in microseconds squared. */
  rttSquaresUs: 9,
  /** Sum of the windows that were offered. */
  windowSumBytes: 10,
} as const;

/** Integers of one side, as offsets in `ints` from the side's base. */
export const SideInt = {
  packets: 22,
  dataSegments: 23,
  /** FINs in the lower half, RSTs in the upper one. */
  closes: 24,
  rttSamples: 25,
  /** Smallest and largest window, scaled; -1 before the first packet. */
  minWindowBytes: 26,
  maxWindowBytes: 27,
  /** Sequence analysis: the number before the first byte; valid where `SideFlag.hasBase`. */
  base: 28,
  /** Highest sequence number to come next; 0 while unknown, as in Wireshark. */
  next: 29,
  /** End of what was seen without a hole: an ACK beyond it acknowledges what the capture missed; 0 while unknown. */
  maxToAck: 30,
  lastAck: 31,
  /** The window field as last sent, unscaled; -1 before the first packet. */
  window: 32,
  /** Shift; -1 unknown, -2 known to be unused. */
  windowScale: 33,
  /** What its SYN announced: window scale + 1 in the lower nine bits, segment size + 1 above them; see `announcedScale` and `announcedMss`. */
  announced: 34,
  /** Duplicate ACKs in a row. */
  repeatedAcks: 35,
  /** `Mark` bits of its last segment. */
  lastMarks: 36,
  timedEnd: 37,
  /** TSval of the segment that is timed. */
  timedStamp: 38,
  /** Highest end of payload, for goodput; valid where `SideFlag.hasGoodEnd`. */
  goodEnd: 39,
  /** TTL and traffic class: the first packet's in the upper half, the last one's in the lower half. */
  network: 40,
  /** {@link SideFlag} bits; above them the options of its SYN (`SynOption`). */
  flags: 41,
  /** IP identifications of its last four packets, the newest lowest. */
  recentLow: 42,
  recentHigh: 43,
  maxInFlightBytes: 44,
  largestSegmentBytes: 45,
  /** Record of its round trips' histogram. */
  histogram: 46,
  /** Which vantages see its packets, see vantages/vantage-slots.ts. */
  vantages: 47,
} as const;
const SIDE_INTS = 48;

/** Bits of `SideInt.flags`. */
export const SideFlag = {
  hasBase: 1,
  /** The last window came in a SYN-ACK, where it is never scaled. */
  isFirstAck: 2,
  hasGoodEnd: 4,
  /** Its bytes jumped over some that may still come. */
  hasHoles: 8,
  /** Its window is closed. */
  windowClosed: 16,
  /** The timed segment was sent twice: only the echo of its time stamp tells which one is answered. */
  timedByStamp: 32,
  hasNetwork: 64,
} as const;
/** Where the bits of `SynOption` begin in `SideInt.flags`. */
export const OPTION_SHIFT = 16;

/** Where a side's numbers begin in a record, in `ints`. */
export const CLIENT = HEAD_INTS;
export const SERVER = HEAD_INTS + SIDE_INTS;
const RECORD_INTS = HEAD_INTS + 2 * SIDE_INTS;
/** Memory of one open connection. */
export const RECORD_BYTES = RECORD_INTS * 4;

/** What a record holds before its first packet. */
export function freshRecord(): Int32Array {
  const ints = new Int32Array(RECORD_INTS);
  const reals = new Float64Array(ints.buffer);
  for (const time of [
    Real.synAtNs,
    Real.lastSynAtNs,
    Real.lastSynAckAtNs,
    Real.handshakeAtNs,
    Real.closedAtNs,
    Real.lastDataAtNs,
  ])
    reals[time] = NEVER;
  for (const table of [Int.trouble, Int.turns, Int.throughput]) ints[table] = NO_RECORD;
  for (const side of [CLIENT, SERVER]) {
    for (const time of [SideReal.firstDataAtNs, SideReal.timedAtNs]) reals[(side >> 1) + time] = NEVER;
    reals[(side >> 1) + SideReal.rttMinNs] = Number.POSITIVE_INFINITY;
    for (const unknown of [SideInt.minWindowBytes, SideInt.maxWindowBytes, SideInt.window, SideInt.windowScale])
      ints[side + unknown] = -1;
    ints[side + SideInt.histogram] = NO_RECORD;
  }
  return ints;
}

const HALF_MAX = 0xffff;

/** Writes the lower half of an integer. */
export function setLow(ints: Int32Array, at: number, value: number): void {
  ints[at] = (ints[at]! & ~HALF_MAX) | Math.min(value, HALF_MAX);
}

/** Writes the upper half of an integer. */
export function setHigh(ints: Int32Array, at: number, value: number): void {
  ints[at] = (ints[at]! & HALF_MAX) | (Math.min(value, HALF_MAX) << 16);
}

/** Counts one more in the lower half of an integer. */
export function countLow(ints: Int32Array, at: number): void {
  if ((ints[at]! & HALF_MAX) !== HALF_MAX) ints[at]! += 1;
}

/** Counts one more in the upper half of an integer. */
export function countHigh(ints: Int32Array, at: number): void {
  if (ints[at]! >>> 16 !== HALF_MAX) ints[at]! += 0x10000;
}

const SCALE_BITS = 9;
const SCALE_MASK = (1 << SCALE_BITS) - 1;

/** `SideInt.announced` with another window scale, or another segment size. */
export function withScale(announced: number, scale: number): number {
  return (announced & ~SCALE_MASK) | (scale + 1);
}

export function withMss(announced: number, mssBytes: number): number {
  return (announced & SCALE_MASK) | ((mssBytes + 1) << SCALE_BITS);
}

/** The window scale that a side announced; -1 where it did not. */
export function announcedScale(announced: number): number {
  return (announced & SCALE_MASK) - 1;
}

/** The segment size that a side announced; -1 where it did not. */
export function announcedMss(announced: number): number {
  return (announced >>> SCALE_BITS) - 1;
}

export function lowHalf(value: number): number {
  return value & HALF_MAX;
}

export function highHalf(value: number): number {
  return value >>> 16;
}

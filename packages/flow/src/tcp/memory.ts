/**
 * Memory of open TCP connections.
 *
 * A connection's numbers are one record of {@link RECORD_BYTES} bytes in one ArrayBuffer, seen as 32-bit integers (`ints`) and as doubles
 * (`reals`). With a million open connections the engine is bound by cache misses: a record that lies together costs a few of them, an object with
 * a boxed double per time stamp costs dozens, and keeps the garbage collector busy. Records are used again.
 *
 * Invariants:
 * - A record's base is its index in `ints`, and even: `base >> 1` is its index in `reals`.
 * - Doubles stand first, integers behind them; both in the record's head and in each side.
 * - `ints` and `reals` are replaced when the memory grows: take them anew for every packet, never keep them.
 * - Sequence numbers are kept as signed 32-bit integers: compare them with `distance` and `plus` of sequence.ts, which give such integers.
 * - Times are offsets in nanoseconds, {@link NEVER} where nothing happened yet.
 */
import { NEVER } from "../side.ts";

/** Doubles of a record's head, as offsets in `reals`. */
export const Real = {
  startedAtNs: 0,
  lastAtNs: 1,
  longestStallNs: 2,
  synAtNs: 3,
  lastSynAtNs: 4,
  lastSynAckAtNs: 5,
  handshakeAtNs: 6,
  firstRttNs: 7,
  firstFileOffset: 8,
  lastFileOffset: 9,
  /** When the first FIN or reset came. */
  closedAtNs: 10,
} as const;

/** Integers of a record's head, as offsets in `ints`. */
export const Int = {
  firstPacket: 22,
  lastPacket: 23,
  completeness: 24,
  syns: 25,
  synAcks: 26,
  /** TTL of the first reset; -1 while there is none. */
  resetTtl: 27,
  /** {@link ConnectionFlag} bits. */
  flags: 28,
  vlanId: 29,
  tunnel: 30,
} as const;
const HEAD_INTS = 32;

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
} as const;

/** Doubles of one side, as offsets in `reals` from the side's base halved. */
export const SideReal = {
  wireBytes: 0,
  payloadBytes: 1,
  goodputBytes: 2,
  firstDataAtNs: 3,
  /** When the highest sequence number was sent. */
  nextAtNs: 4,
  lastAckAtNs: 5,
  zeroWindowNs: 6,
  /** When its window closed; NEVER while it is open. */
  zeroWindowSinceNs: 7,
  /** Round trips: this side's data until the other side's ACK. One segment is timed at a time, none that was sent twice (Karn). */
  timedAtNs: 8,
  rttSumNs: 9,
  rttMinNs: 10,
  rttMaxNs: 11,
} as const;

/** Integers of one side, as offsets in `ints` from the side's base. */
export const SideInt = {
  packets: 24,
  dataSegments: 25,
  dataRetransmissions: 26,
  /** Counters of what segments were found to be, in the order of the `Mark` bits of analysis.ts. */
  retransmissions: 27,
  fastRetransmissions: 28,
  spuriousRetransmissions: 29,
  outOfOrder: 30,
  lostSegments: 31,
  unseenAcked: 32,
  duplicateAcks: 33,
  zeroWindows: 34,
  zeroWindowProbes: 35,
  zeroWindowProbeAcks: 36,
  windowFull: 37,
  windowUpdates: 38,
  keepAlives: 39,
  keepAliveAcks: 40,
  fins: 41,
  resets: 42,
  rttSamples: 43,
  /** Smallest window, scaled; -1 before the first packet. */
  minWindowBytes: 44,
  /** Sequence analysis: the number before the first byte; valid where `SideFlag.hasBase`. */
  base: 45,
  /** Highest sequence number to come next; 0 while unknown, as in Wireshark. */
  next: 46,
  /** End of what was seen without a hole: an ACK beyond it acknowledges what the capture missed; 0 while unknown. */
  maxToAck: 47,
  lastAck: 48,
  /** The window field as last sent, unscaled; -1 before the first packet. */
  window: 49,
  /** Shift; -1 unknown, -2 known to be unused. */
  windowScale: 50,
  /** Duplicate ACKs in a row. */
  repeatedAcks: 51,
  /** `Mark` bits of its last segment. */
  lastMarks: 52,
  timedEnd: 53,
  /** Highest end of payload, for goodput; valid where `SideFlag.hasGoodEnd`. */
  goodEnd: 54,
  maxSegmentBytes: 55,
  announcedWindowScale: 56,
  ttl: 57,
  /** {@link SideFlag} bits. */
  flags: 58,
  /** Packets that came a second time unchanged. */
  copies: 59,
  /** What tells its last four packets from others, see `#isCopy` in connection.ts. */
  lastPackets: 60,
} as const;
const SIDE_INTS = 64;

/** Bits of `SideInt.flags`. */
export const SideFlag = {
  hasBase: 1,
  /** The last window came in a SYN-ACK, where it is never scaled. */
  isFirstAck: 2,
  hasGoodEnd: 4,
} as const;

/** Where a side's numbers begin in a record, in `ints`. */
export const CLIENT = HEAD_INTS;
export const SERVER = HEAD_INTS + SIDE_INTS;
const RECORD_INTS = HEAD_INTS + 2 * SIDE_INTS;
/** Memory of one open connection. */
export const RECORD_BYTES = RECORD_INTS * 4;

const FIRST_RECORDS = 256;

/** Holds the records. One per engine. The first record stays as it is: fresh ones are copied from it. */
export class TcpMemory {
  ints = new Int32Array(FIRST_RECORDS * RECORD_INTS);
  reals = new Float64Array(this.ints.buffer);
  /** Bases of records that were given back. */
  readonly #free: number[] = [];
  #used = RECORD_INTS;

  constructor() {
    fillFresh(this.ints, this.reals);
  }

  /** A fresh record's base. May replace `ints` and `reals`. */
  allocate(): number {
    let base = this.#free.pop();
    if (base === undefined) {
      base = this.#used;
      this.#used += RECORD_INTS;
      if (this.#used > this.ints.length) this.#grow();
    }
    this.ints.copyWithin(base, 0, RECORD_INTS);
    return base;
  }

  /** Gives a record back; its numbers are gone. */
  release(base: number): void {
    this.#free.push(base);
  }

  #grow(): void {
    const larger = new Int32Array(Math.ceil((this.ints.length * 1.5) / RECORD_INTS) * RECORD_INTS);
    larger.set(this.ints);
    this.ints = larger;
    this.reals = new Float64Array(larger.buffer);
  }
}

/** What a record holds before its first packet, written at the beginning of the memory. */
function fillFresh(ints: Int32Array, reals: Float64Array): void {
  for (const time of [Real.synAtNs, Real.lastSynAtNs, Real.lastSynAckAtNs, Real.handshakeAtNs, Real.closedAtNs])
    reals[time] = NEVER;
  ints[Int.resetTtl] = -1;
  for (const side of [CLIENT, SERVER]) {
    for (const time of [SideReal.firstDataAtNs, SideReal.zeroWindowSinceNs, SideReal.timedAtNs])
      reals[(side >> 1) + time] = NEVER;
    reals[(side >> 1) + SideReal.rttMinNs] = Number.POSITIVE_INFINITY;
    for (const unknown of [
      SideInt.minWindowBytes,
      SideInt.window,
      SideInt.windowScale,
      SideInt.maxSegmentBytes,
      SideInt.announcedWindowScale,
      SideInt.ttl,
    ])
      ints[side + unknown] = -1;
  }
}

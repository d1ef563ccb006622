import { CLIENT, NEVER } from "./connection-record.ts";

/**
 * What most connections never have: counters of what went wrong, or was at least unusual. A side table's record per connection, made at the first one.
 */

/** Of the whole connection. `resetAfterNs` is a double. */
export const Trouble = {
  resetAfterNs: 0,
  resetTtl: 2,
  pathMtuBytes: 3,
  /** SYN-ACKs that came although an earlier one had been acknowledged. */
  synAcksAfterAck: 4,
} as const;
const HEAD_INTS = 6;

/** Doubles of one side, as offsets in `reals` from the side's base halved. */
export const TroubleReal = {
  /** Payload that was seen before. */
  repeatedBytes: 0,
  /** Payload of segments that were sent again, copies left out. */
  resentBytes: 1,
  zeroWindowNs: 2,
  /** When its window closed; NEVER while it is open. */
  zeroWindowSinceNs: 3,
  /** Bytes of holes that were forgotten although the other side had them. */
  notCapturedBytes: 4,
  /** When its retransmission timer last began anew, as far as segments that were sent again say; NEVER before that. */
  timerAtNs: 5,
  /** When `TroubleInt.highestAck` was acknowledged; NEVER while nothing stands there. */
  ackAdvancedAtNs: 6,
} as const;

/** Integers of one side, as offsets in `ints` from the side's base. The first fourteen stand in the order of the `Mark` bits of analysis.ts. */
export const TroubleInt = {
  retransmissions: 14,
  fastRetransmissions: 15,
  spuriousRetransmissions: 16,
  outOfOrder: 17,
  lostSegments: 18,
  unseenAcked: 19,
  duplicateAcks: 20,
  zeroWindows: 21,
  zeroWindowProbes: 22,
  zeroWindowProbeAcks: 23,
  windowFull: 24,
  windowUpdates: 25,
  keepAlives: 26,
  keepAliveAcks: 27,
  dataRetransmissions: 28,
  copies: 29,
  timeoutRetransmissions: 30,
  tailLossProbes: 31,
  lostBefore: 32,
  lostAfter: 33,
  sackBlocks: 34,
  duplicateSacks: 35,
  congestionMarks: 36,
  congestionEchoes: 37,
  congestionReduced: 38,
  ttlChanges: 39,
  dscpChanges: 40,
  rttByTimestamp: 41,
  /** What it had acknowledged at most when it repeated itself or was overtaken, see ack-progress.ts. */
  highestAck: 42,
  /** Where what it acknowledged selectively ends; 0 before there is any. */
  sackedTo: 43,
  /** TSval of its last segment that jumped over others; 0 where there is none. */
  jumpStamp: 44,
  /** Where its stream ended when its timer ran out last; 0 before that. */
  timedOutTo: 45,
} as const;
const SIDE_INTS = 46;

export const TROUBLE_CLIENT = HEAD_INTS;
export const TROUBLE_SERVER = HEAD_INTS + SIDE_INTS;

/** Where the trouble of CLIENT or SERVER stands in its record. */
export function troubleSide(side: number): number {
  return side === CLIENT ? TROUBLE_CLIENT : TROUBLE_SERVER;
}

/** What a record of trouble holds before there is any. */
export function freshTrouble(): Int32Array {
  const ints = new Int32Array(HEAD_INTS + 2 * SIDE_INTS);
  const reals = new Float64Array(ints.buffer);
  reals[Trouble.resetAfterNs] = NEVER;
  ints[Trouble.resetTtl] = -1;
  for (const side of [TROUBLE_CLIENT, TROUBLE_SERVER])
    for (const time of [TroubleReal.zeroWindowSinceNs, TroubleReal.timerAtNs, TroubleReal.ackAdvancedAtNs])
      reals[(side >> 1) + time] = NEVER;
  return ints;
}

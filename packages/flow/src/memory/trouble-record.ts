import { NEVER } from "./connection-record.ts";

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
} as const;

/** Integers of one side, as offsets in `ints` from the side's base. The first fourteen stand in the order of the `Mark` bits of analysis.ts. */
export const TroubleInt = {
  retransmissions: 10,
  fastRetransmissions: 11,
  spuriousRetransmissions: 12,
  outOfOrder: 13,
  lostSegments: 14,
  unseenAcked: 15,
  duplicateAcks: 16,
  zeroWindows: 17,
  zeroWindowProbes: 18,
  zeroWindowProbeAcks: 19,
  windowFull: 20,
  windowUpdates: 21,
  keepAlives: 22,
  keepAliveAcks: 23,
  dataRetransmissions: 24,
  copies: 25,
  timeoutRetransmissions: 26,
  tailLossProbes: 27,
  lostBefore: 28,
  lostAfter: 29,
  sackBlocks: 30,
  duplicateSacks: 31,
  congestionMarks: 32,
  congestionEchoes: 33,
  congestionReduced: 34,
  ttlChanges: 35,
  dscpChanges: 36,
  rttByTimestamp: 37,
} as const;
const SIDE_INTS = 38;

export const TROUBLE_CLIENT = HEAD_INTS;
export const TROUBLE_SERVER = HEAD_INTS + SIDE_INTS;

/** What a record of trouble holds before there is any. */
export function freshTrouble(): Int32Array {
  const ints = new Int32Array(HEAD_INTS + 2 * SIDE_INTS);
  const reals = new Float64Array(ints.buffer);
  reals[Trouble.resetAfterNs] = NEVER;
  ints[Trouble.resetTtl] = -1;
  for (const side of [TROUBLE_CLIENT, TROUBLE_SERVER]) reals[(side >> 1) + TroubleReal.zeroWindowSinceNs] = NEVER;
  return ints;
}

import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { CLIENT, Int, NEVER, NO_RECORD, SideInt, SideReal } from "../memory/connection-record.ts";
import { TroubleReal, troubleSide } from "../memory/trouble-record.ts";
import { ackAdvancedAtNs, highestAckOf } from "./ack-progress.ts";
import { handshakeRttNs } from "./judge.ts";
import { distance } from "./sequence.ts";

/*
 * When a sender's retransmission timer began (RFC 6298 §5): with the last ACK that advanced, with the first data after everything was acknowledged, or with
 * what the timer sent itself. Nothing of it is noted per packet: the segment that is timed for round trips is the first one after the last sample.
 */

/**
 * When the timer of the side at `forward` began, as the vantage saw it; for the last segment, a probe's timer, that began with it as well. An ACK that
 * covers what is sent again (`wasThere`) never came to its sender.
 */
export function timerSinceNs(
  memory: ConnectionMemory,
  forward: number,
  reverse: number,
  isTail: boolean,
  wasThere: boolean,
): number {
  const { reals } = memory;
  const sentAtNs = reals[(forward >> 1) + SideReal.nextAtNs]!;
  const sinceNs = Math.max(
    wasThere ? NEVER : ackAdvancedAtNs(memory, reverse) + senderRttNs(memory, forward, reverse),
    restartedAtNs(memory, forward),
    timedAsFirstNs(memory, forward, reverse),
  );
  return isTail || sinceNs === NEVER ? Math.max(sinceNs, sentAtNs) : sinceNs;
}

/** From an ACK at the vantage until what its receiver sends because of it: the shortest that was seen; 0 while unknown. */
function senderRttNs({ reals, base }: ConnectionMemory, forward: number, reverse: number): number {
  const handshakeNs = handshakeRttNs(reals, base >> 1, forward - base === CLIENT);
  const dataNs = reals[(reverse >> 1) + SideReal.rttMinNs]!;
  return handshakeNs === 0 ? (Number.isFinite(dataNs) ? dataNs : 0) : Math.min(handshakeNs, dataNs);
}

/** The timer of a side (CLIENT or SERVER) began anew. */
export function restartTimer(memory: ConnectionMemory, side: number, atNs: number): void {
  const at = ((memory.needTrouble() + troubleSide(side)) >> 1) + TroubleReal.timerAtNs;
  const { reals } = memory.trouble;
  if (atNs > reals[at]!) reals[at] = atNs;
}

/** The segment that is timed will no longer be: the timer that began with it goes on. */
export function keepTimer(memory: ConnectionMemory, forward: number, reverse: number): void {
  const sinceNs = timedAsFirstNs(memory, forward, reverse);
  if (sinceNs !== NEVER) restartTimer(memory, forward - memory.base, sinceNs);
}

/** When the segment that is timed was sent, if it was the first that is not acknowledged; else NEVER. */
function timedAsFirstNs(memory: ConnectionMemory, forward: number, reverse: number): number {
  const { ints, reals } = memory;
  const bytes = distance(highestAckOf(memory, reverse), ints[forward + SideInt.timedEnd]!);
  return bytes > 0 && bytes <= ints[forward + SideInt.largestSegmentBytes]!
    ? reals[(forward >> 1) + SideReal.timedAtNs]!
    : NEVER;
}

function restartedAtNs({ ints, base, trouble }: ConnectionMemory, forward: number): number {
  const record = ints[base + Int.trouble]!;
  if (record === NO_RECORD) return NEVER;
  const at = trouble.select(record) + troubleSide(forward - base);
  return trouble.reals[(at >> 1) + TroubleReal.timerAtNs]!;
}

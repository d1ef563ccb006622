import { type Packet, TcpFlag } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { Int, NEVER, NO_RECORD, SideInt, SideReal } from "../memory/connection-record.ts";
import { TroubleInt, TroubleReal, troubleSide } from "../memory/trouble-record.ts";
import { distance, isWithinWindow, LARGEST_WINDOW_BYTES } from "./sequence.ts";

/*
 * What a side acknowledged at most, and since when. The record knows its last ACK and the time of that, which is the same as long as ACKs advance; what
 * stood before one that did not is kept beside the record, so that the segments of a connection that goes well pay nothing for it.
 */

/**
 * Keeps what the sender of a segment had acknowledged where the segment does not advance that: it repeats it (a duplicate ACK, a window update), says
 * less (an ACK that was overtaken) or nothing (a reset). Not where nobody waits for another one. A SYN begins anew. Asked before the segment is analysed.
 *
 * Known limit: payload in order that repeats an ACK is not looked at, so that the ACK it repeats looks as young as that payload.
 */
export function keepAck(memory: ConnectionMemory, forward: number, reverse: number, packet: Packet): void {
  const { ints, reals, base } = memory;
  if ((packet.tcpFlags & TcpFlag.syn) !== 0) {
    forgetAck(memory, forward);
    return;
  }
  const lastAck = ints[forward + SideInt.lastAck]!;
  if (lastAck === 0 || ints[forward + SideInt.packets] === 0) return;
  const hasAck = (packet.tcpFlags & TcpFlag.ack) !== 0;
  const newlyBytes = hasAck ? distance(lastAck, packet.tcpAcknowledgment | 0) : -1;
  if (newlyBytes > 0) return;
  const waitingBytes = distance(lastAck, ints[reverse + SideInt.next]!);
  if (newlyBytes === 0 && (waitingBytes <= 0 || waitingBytes >= LARGEST_WINDOW_BYTES)) return;
  const at = memory.needTrouble() + troubleSide(forward - base);
  const { trouble } = memory;
  const advancedAt = (at >> 1) + TroubleReal.ackAdvancedAtNs;
  const isKept = trouble.reals[advancedAt] !== NEVER;
  if (isKept && isWithinWindow(lastAck, trouble.ints[at + TroubleInt.highestAck]!)) return;
  trouble.ints[at + TroubleInt.highestAck] = lastAck;
  trouble.reals[advancedAt] = reals[(forward >> 1) + SideReal.lastAckAtNs]!;
}

function forgetAck({ ints, base, trouble }: ConnectionMemory, forward: number): void {
  const record = ints[base + Int.trouble]!;
  if (record === NO_RECORD) return;
  const at = trouble.select(record) + troubleSide(forward - base);
  trouble.reals[(at >> 1) + TroubleReal.ackAdvancedAtNs] = NEVER;
}

/** What the side at `side` acknowledged at most; 0 where it has acknowledged nothing. */
export function highestAckOf(memory: ConnectionMemory, side: number): number {
  const kept = keptAt(memory, side);
  return kept < 0 ? memory.ints[side + SideInt.lastAck]! : memory.trouble.ints[kept + TroubleInt.highestAck]!;
}

/** When the side at `side` acknowledged something new for the last time; NEVER before that. */
export function ackAdvancedAtNs(memory: ConnectionMemory, side: number): number {
  const { ints, reals, trouble } = memory;
  const kept = keptAt(memory, side);
  if (kept >= 0) return trouble.reals[(kept >> 1) + TroubleReal.ackAdvancedAtNs]!;
  return ints[side + SideInt.lastAck] === 0 ? NEVER : reals[(side >> 1) + SideReal.lastAckAtNs]!;
}

/** Where the side's trouble stands if its last ACK is not beyond what was kept there; else -1. */
function keptAt(memory: ConnectionMemory, side: number): number {
  const { ints, base, trouble } = memory;
  const record = ints[base + Int.trouble]!;
  if (record === NO_RECORD) return -1;
  const at = trouble.select(record) + troubleSide(side - base);
  if (trouble.reals[(at >> 1) + TroubleReal.ackAdvancedAtNs] === NEVER) return -1;
  const lastAck = ints[side + SideInt.lastAck]!;
  return lastAck === 0 || isWithinWindow(lastAck, trouble.ints[at + TroubleInt.highestAck]!) ? at : -1;
}

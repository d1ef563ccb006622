import { type Packet, TcpFlag } from "@weir/wire";
import { countPacket } from "../count-packet.ts";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { CLIENT, COMPLETENESS_SHIFT, Int, lowHalf, Real, SERVER, SideInt } from "../memory/connection-record.ts";
import { TroubleInt } from "../memory/trouble-record.ts";
import { noteStall } from "../stall.ts";
import { keepAck } from "./ack-progress.ts";
import { Mark, RESENT } from "./analysis.ts";
import { completenessOf } from "./completeness.ts";
import { countCopy, rememberIdentification } from "./copies.ts";
import { takeData } from "./data.ts";
import { noteClose, noteReset } from "./ending.ts";
import { takeExpected } from "./expected.ts";
import { noteSyn, takeAcknowledgment } from "./handshake.ts";
import { judge } from "./judge.ts";
import { countMarks } from "./marks.ts";
import { hasRareOptions } from "./options.ts";
import { noteResent } from "./resent.ts";
import { stopTiming } from "./round-trips.ts";
import { noteSacks } from "./sack.ts";
import { inSendingOrder, noteJump } from "./sending-order.ts";
import { noteWindow } from "./window.ts";

const OPENS_OR_ENDS = TcpFlag.syn | TcpFlag.fin | TcpFlag.rst;
const CONGESTION = TcpFlag.ece | TcpFlag.cwr;
const ENDS = TcpFlag.fin | TcpFlag.rst;

/**
 * What one segment changes in its connection's record, step by step. `memory`'s current connection is the segment's; `forward` and `reverse` are the
 * bases of the sender's side and of the other one. Returns the segment's {@link Mark} bits. HOT PATH: runs for every segment.
 */
export function takeSegment(memory: ConnectionMemory, packet: Packet, fromClient: boolean, isReused: boolean): number {
  const { ints, reals, base } = memory;
  const forward = base + (fromClient ? CLIENT : SERVER);
  const reverse = base + (fromClient ? SERVER : CLIENT);
  const { tcpFlags: flags, payloadBytes } = packet;
  if (packet.atNs - reals[(base >> 1) + Real.lastAtNs]! > reals[(base >> 1) + Real.longestStallNs]!)
    noteStall(memory, packet, fromClient);
  if ((flags & TcpFlag.syn) !== 0) noteSyn(memory, packet, forward, reverse);
  if ((flags & TcpFlag.rst) !== 0) noteReset(memory, packet, forward, reverse, fromClient);
  let marks = 0;
  let isCopy = false;
  if (!takeExpected(ints, reals, forward, reverse, packet)) {
    isCopy = countCopy(memory, forward, packet);
    marks = takeUnexpected(memory, packet, forward, reverse, fromClient, isCopy) | (isReused ? Mark.reusedPorts : 0);
  }
  countPacket(memory, packet, forward);
  if (packet.ipIdentification !== 0 && !isCopy) rememberIdentification(ints, forward, packet.ipIdentification);
  ints[base + Int.flags]! |= completenessOf(flags, payloadBytes) << COMPLETENESS_SHIFT;
  if ((flags & TcpFlag.ack) !== 0) takeAcknowledgment(memory, reverse, packet, fromClient);
  if (payloadBytes > 0) takeData(memory, forward, reverse, packet, marks, isCopy, fromClient);
  if ((flags & TcpFlag.rst) === 0) noteWindow(memory, forward, packet, marks);
  if ((flags & ENDS) !== 0) noteClose(memory, forward, packet, fromClient);
  if (hasRareOptions(packet)) noteSacks(memory, forward, reverse, packet);
  if ((flags & CONGESTION) !== 0 && (flags & OPENS_OR_ENDS) !== TcpFlag.syn) noteCongestion(memory, forward, flags);
  return marks;
}

/** A segment that is not simply the next one: what it is, counted. Returns its {@link Mark} bits. */
function takeUnexpected(
  memory: ConnectionMemory,
  packet: Packet,
  forward: number,
  reverse: number,
  fromClient: boolean,
  isCopy: boolean,
): number {
  keepAck(memory, forward, reverse, packet);
  const judged = judge(memory, packet, forward, reverse, fromClient);
  if (judged === 0) return 0;
  const marks = isCopy ? judged : inSendingOrder(memory, forward, packet, judged);
  memory.ints[forward + SideInt.lastMarks] = marks;
  countMarks(memory, forward, marks, packet.number, isCopy);
  if ((marks & Mark.lostSegment) !== 0) noteJump(memory, forward, packet);
  if ((marks & Mark.duplicateAck) !== 0) stopTiming(memory, reverse, forward);
  // A SYN or FIN without payload; payload is taken with what of it is new, see data.ts.
  if ((marks & RESENT) !== 0 && packet.payloadBytes === 0 && !isCopy) {
    const isFirstFin = (packet.tcpFlags & TcpFlag.fin) !== 0 && lowHalf(memory.ints[forward + SideInt.closes]!) === 0;
    noteResent(memory, forward, reverse, packet, marks, isFirstFin);
  }
  return marks;
}

/** Flags of explicit congestion notification outside of SYNs, where they only announce it (RFC 3168 §6.1). */
function noteCongestion(memory: ConnectionMemory, forward: number, flags: number): void {
  const side = forward - memory.base;
  if ((flags & TcpFlag.syn) !== 0) return;
  if ((flags & TcpFlag.ece) !== 0) memory.countTrouble(side, TroubleInt.congestionEchoes);
  if ((flags & TcpFlag.cwr) !== 0) memory.countTrouble(side, TroubleInt.congestionReduced);
}

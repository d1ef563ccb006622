import { type Packet, TcpFlag } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { CLIENT, ConnectionFlag, Int, NEVER, SideInt, SideReal } from "../memory/connection-record.ts";
import { TroubleInt, TroubleReal } from "../memory/trouble-record.ts";
import { noteThroughput } from "../throughput.ts";
import { noteKnownTurn, noteTurn } from "../turns.ts";
import { Mark, RESENT } from "./analysis.ts";
import { takeFresh } from "./fresh.ts";
import { noteInFlight } from "./in-flight.ts";
import { noteResent } from "./resent.ts";
import { beginTiming, timeAgain } from "./round-trips.ts";
import { plus } from "./sequence.ts";

const PROBES = Mark.keepAlive | Mark.zeroWindowProbe;
const NOT_NEW = RESENT | Mark.outOfOrder | PROBES;

/** Takes a segment's payload: volume, what of it is new, what is in flight, whose turn it is, and the segment that is timed. HOT PATH. */
export function takeData(
  memory: ConnectionMemory,
  forward: number,
  reverse: number,
  packet: Packet,
  marks: number,
  isCopy: boolean,
  fromClient: boolean,
): void {
  const { ints, reals, base } = memory;
  const { payloadBytes, atNs, tcpSequence, tcpFlags } = packet;
  const real = forward >> 1;
  // Data that comes with a SYN stands behind it (RFC 7413).
  const dataAt = (tcpFlags & TcpFlag.syn) === 0 ? tcpSequence | 0 : plus(tcpSequence, 1);
  noteThroughput(memory, atNs);
  ints[forward + SideInt.dataSegments]! += 1;
  reals[real + SideReal.payloadBytes]! += payloadBytes;
  if (payloadBytes > ints[forward + SideInt.largestSegmentBytes]!)
    ints[forward + SideInt.largestSegmentBytes] = payloadBytes;
  if (packet.payloadEnd - packet.payloadAt < payloadBytes) ints[base + Int.flags]! |= ConnectionFlag.cutPayload;
  const freshBytes = takeFresh(memory, forward, dataAt, payloadBytes);
  if (freshBytes !== payloadBytes)
    memory.addTrouble(forward - base, TroubleReal.repeatedBytes, payloadBytes - freshBytes);
  noteInFlight(memory, forward, reverse);
  if ((marks & NOT_NEW) === 0) {
    if (reals[real + SideReal.firstDataAtNs] === NEVER) reals[real + SideReal.firstDataAtNs] = atNs;
    noteTurn(memory, atNs, fromClient);
    if (reals[real + SideReal.timedAtNs] === NEVER) beginTiming(memory, forward, atNs, plus(tcpSequence, payloadBytes));
  } else takeKnownData(memory, forward, reverse, packet, marks, isCopy, freshBytes);
}

/** Payload that is not simply the next: sent again, late, or a probe. */
function takeKnownData(
  memory: ConnectionMemory,
  forward: number,
  reverse: number,
  packet: Packet,
  marks: number,
  isCopy: boolean,
  freshBytes: number,
): void {
  const { ints, reals, base } = memory;
  const firstDataAt = (forward >> 1) + SideReal.firstDataAtNs;
  if ((marks & Mark.keepAlive) === 0) {
    if (reals[firstDataAt] === NEVER) reals[firstDataAt] = packet.atNs;
    ints[base + Int.flags]! |= ConnectionFlag.sawData;
  }
  if (!isCopy && (marks & PROBES) === 0) noteKnownTurn(memory, packet.atNs, forward - base === CLIENT, freshBytes);
  if (isCopy) return;
  if ((marks & RESENT) !== 0) {
    memory.countTrouble(forward - base, TroubleInt.dataRetransmissions);
    memory.addTrouble(forward - base, TroubleReal.resentBytes, packet.payloadBytes);
    noteResent(memory, forward, reverse, packet, marks, freshBytes > 0);
  }
  if ((marks & (RESENT | Mark.outOfOrder)) !== 0) timeAgain(memory, forward, reverse, packet, (marks & RESENT) !== 0);
}

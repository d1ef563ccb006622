import { type Packet, TcpFlag } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import {
  ConnectionFlag,
  countHigh,
  countLow,
  Int,
  NEVER,
  OPTION_SHIFT,
  Real,
  SideFlag,
  SideInt,
  SideReal,
  withMss,
  withScale,
} from "../memory/connection-record.ts";
import { Trouble } from "../memory/trouble-record.ts";
import { readOptions, timestampsAt } from "./options.ts";
import { countTimed, sampleRoundTrip } from "./round-trips.ts";
import { distance } from "./sequence.ts";
import { agreeOnScaling } from "./window-scale.ts";

/** Takes what a SYN or SYN-ACK announces, and its time. */
export function noteSyn(memory: ConnectionMemory, packet: Packet, forward: number, reverse: number): void {
  const { ints, reals, base } = memory;
  const isAnswer = (packet.tcpFlags & TcpFlag.ack) !== 0;
  const { maxSegmentBytes, windowScale, present } = readOptions(packet);
  let announced = ints[forward + SideInt.announced]!;
  if (maxSegmentBytes >= 0) announced = withMss(announced, maxSegmentBytes);
  if (windowScale >= 0) {
    announced = withScale(announced, windowScale);
    ints[forward + SideInt.windowScale] = windowScale;
  }
  ints[forward + SideInt.announced] = announced;
  ints[forward + SideInt.flags]! |= present << OPTION_SHIFT;
  agreeOnScaling(ints, forward, reverse, isAnswer);
  const real = base >> 1;
  const { atNs } = packet;
  if (isAnswer) {
    takeOtherNumbers(ints, forward, packet.tcpSequence | 0);
    countHigh(ints, base + Int.syns);
    if (reals[real + Real.handshakeAtNs] === NEVER) reals[real + Real.lastSynAckAtNs] = atNs;
    else countSynAckAfterAck(memory);
  } else {
    countLow(ints, base + Int.syns);
    if (reals[real + Real.synAtNs] === NEVER) reals[real + Real.synAtNs] = atNs;
    reals[real + Real.lastSynAtNs] = atNs;
    ints[base + Int.flags]! |= ConnectionFlag.awaitsAck;
  }
}

/** A SYN-ACK with a sequence number of its own, though others of this side's were seen on these ports: its stream begins here. */
function takeOtherNumbers(ints: Int32Array, forward: number, sequence: number): void {
  if ((ints[forward + SideInt.flags]! & SideFlag.hasBase) === 0 || ints[forward + SideInt.base] === sequence) return;
  ints[forward + SideInt.base] = sequence;
  ints[forward + SideInt.flags]! &= ~SideFlag.hasGoodEnd;
}

/** Takes an acknowledgment: it may end the handshake, and a round trip. HOT PATH. */
export function takeAcknowledgment(
  memory: ConnectionMemory,
  reverse: number,
  packet: Packet,
  fromClient: boolean,
): void {
  const { ints, reals, base } = memory;
  if ((ints[base + Int.flags]! & ConnectionFlag.awaitsAck) !== 0 && (packet.tcpFlags & TcpFlag.syn) === 0)
    takeHandshakeAck(memory, packet.atNs, fromClient);
  const timedAtNs = reals[(reverse >> 1) + SideReal.timedAtNs]!;
  if (timedAtNs === NEVER) return;
  if (distance(ints[reverse + SideInt.timedEnd]!, packet.tcpAcknowledgment | 0) < 0) return;
  if ((ints[reverse + SideInt.flags]! & SideFlag.timedByStamp) !== 0) {
    takeStamped(memory, reverse, packet);
    return;
  }
  sampleRoundTrip(memory, reverse, Math.max(0, packet.atNs - timedAtNs));
  reals[(reverse >> 1) + SideReal.timedAtNs] = NEVER;
}

function takeHandshakeAck({ ints, reals, base }: ConnectionMemory, atNs: number, fromClient: boolean): void {
  const real = base >> 1;
  const sawSynAck = reals[real + Real.lastSynAckAtNs] !== NEVER;
  if (fromClient && reals[real + Real.handshakeAtNs] === NEVER && sawSynAck) reals[real + Real.handshakeAtNs] = atNs;
  // Wireshark's initial round trip: from the latest SYN to the first ACK of either side, or later where that took no time.
  if (reals[real + Real.firstRttNs] === 0) reals[real + Real.firstRttNs] = atNs - reals[real + Real.lastSynAtNs]!;
  const isDone = reals[real + Real.firstRttNs] !== 0 && (reals[real + Real.handshakeAtNs] !== NEVER || !sawSynAck);
  if (isDone && sawSynAck) ints[base + Int.flags]! &= ~ConnectionFlag.awaitsAck;
}

/** An ACK of a segment that was sent twice counts only where it echoes the time stamp of the later one (RFC 7323 §4.1). */
function takeStamped(memory: ConnectionMemory, reverse: number, packet: Packet): void {
  const { ints, reals, base } = memory;
  const at = timestampsAt(packet);
  if (at >= 0 && packet.view.getInt32(at + 4) === ints[reverse + SideInt.timedStamp]) {
    sampleRoundTrip(memory, reverse, Math.max(0, packet.atNs - reals[(reverse >> 1) + SideReal.timedAtNs]!));
    countTimed(memory, reverse - base);
  }
  ints[reverse + SideInt.flags]! &= ~SideFlag.timedByStamp;
  reals[(reverse >> 1) + SideReal.timedAtNs] = NEVER;
}

function countSynAckAfterAck(memory: ConnectionMemory): void {
  const at = memory.needTrouble() + Trouble.synAcksAfterAck;
  memory.trouble.ints[at]! += 1;
}

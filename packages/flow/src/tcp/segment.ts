import { type Packet, TcpFlag } from "@weir/wire";
import { EVIDENCE_PACKETS } from "../limits.ts";
import { NEVER } from "../side.ts";
import { analyze, COUNTED, Mark, type Path, RESENT, type Segment, SequenceState } from "./analysis.ts";
import { completenessOf } from "./completeness.ts";
import type { TcpConnection } from "./connection.ts";
import { countCopy } from "./copies.ts";
import { Holes } from "./holes.ts";
import { CLIENT, ConnectionFlag, Int, Real, SERVER, SideFlag, SideInt, SideReal } from "./memory.ts";
import { readSynOptions, type SynOptions } from "./options.ts";
import { sampleRtt } from "./round-trips.ts";
import { distance, plus } from "./sequence.ts";
import { agreeOnScaling } from "./window-scale.ts";

/*
 * What one segment changes in its connection's record. HOT PATH: everything here runs for every segment. `forward` and `reverse` are the bases
 * of the sender's side and of the other one, see memory.ts.
 */

/** What makes a packet worth showing as evidence. */
const EVIDENCE = RESENT | Mark.outOfOrder | Mark.lostSegment | Mark.zeroWindow | Mark.zeroWindowProbe | Mark.windowFull;
/** The largest shift that counts (RFC 7323 §2.3). */
const MAX_WINDOW_SCALE = 14;

// Reused for every packet: nothing is allocated on the way of a segment.
const segment: Segment = { sequence: 0, acknowledgment: 0, length: 0, flags: 0, window: 0, atNs: 0 };
const path: Path = { firstRttNs: 0, senderRttNs: 0 };
const options: SynOptions = { maxSegmentBytes: -1, windowScale: -1 };
const forwardState = new SequenceState();
const reverseState = new SequenceState();

/** Takes one segment; returns its {@link Mark} bits. `isReused` says that it began a new connection on known ports. */
export function takeSegment(connection: TcpConnection, packet: Packet, fromClient: boolean, isReused: boolean): number {
  const { memory } = connection;
  const forward = connection.base + (fromClient ? CLIENT : SERVER);
  const reverse = connection.base + (fromClient ? SERVER : CLIENT);
  const { tcpFlags: flags, payloadBytes } = packet;
  const isCopy = countCopy(memory.ints, forward, packet);
  countPacket(connection, packet, forward);
  if ((flags & TcpFlag.syn) !== 0) noteSyn(connection, packet, forward, reverse);
  if ((flags & TcpFlag.rst) !== 0) noteReset(connection, packet, forward, reverse, fromClient);
  const marks = judge(connection, packet, forward, reverse, fromClient) | (isReused ? Mark.reusedPorts : 0);
  if (marks !== 0) countMarks(connection, forward, marks, packet.number, isCopy);
  memory.ints[connection.base + Int.completeness]! |= completenessOf(flags, payloadBytes);
  if ((flags & TcpFlag.ack) !== 0) noteAcknowledgment(connection, reverse, packet, fromClient);
  if (payloadBytes > 0) noteData(connection, forward, packet, isCopy ? marks & ~RESENT : marks, fromClient);
  if ((flags & (TcpFlag.fin | TcpFlag.rst)) !== 0) noteClose(connection, packet.atNs, fromClient);
  if ((flags & TcpFlag.rst) === 0) noteWindow(connection, forward, packet, marks);
  if ((flags & TcpFlag.fin) !== 0) memory.ints[forward + SideInt.fins]! += 1;
  return marks;
}

function judge(
  connection: TcpConnection,
  packet: Packet,
  forward: number,
  reverse: number,
  fromClient: boolean,
): number {
  const { memory } = connection;
  segment.sequence = packet.tcpSequence | 0;
  segment.acknowledgment = packet.tcpAcknowledgment | 0;
  segment.length = packet.payloadBytes;
  segment.flags = packet.tcpFlags;
  segment.window = packet.tcpWindow;
  segment.atNs = packet.atNs;
  forwardState.load(memory, forward);
  reverseState.load(memory, reverse);
  path.firstRttNs = connection.real(Real.firstRttNs);
  // Asked for only where duplicate ACKs may have been answered: see analysis.ts.
  path.senderRttNs = reverseState.duplicateAcks > 0 ? handshakeRtt(connection, fromClient) : 0;
  const marks = analyze(forwardState, reverseState, segment, path);
  forwardState.storeForward(memory, forward);
  reverseState.storeReverse(memory.ints, reverse);
  return marks;
}

/** The round trip between the vantage and a side, as its part of the handshake took; 0 while unknown. */
function handshakeRtt(connection: TcpConnection, ofClient: boolean): number {
  const answeredAtNs = connection.real(Real.lastSynAckAtNs);
  const durationNs = ofClient
    ? connection.real(Real.handshakeAtNs) - answeredAtNs
    : answeredAtNs - connection.real(Real.lastSynAtNs);
  return Number.isFinite(durationNs) ? Math.max(0, durationNs) : 0;
}

function countPacket(connection: TcpConnection, packet: Packet, forward: number): void {
  const { ints, reals } = connection.memory;
  const real = connection.base >> 1;
  const { atNs } = packet;
  const lastAtNs = reals[real + Real.lastAtNs]!;
  if (atNs - lastAtNs > reals[real + Real.longestStallNs]!) reals[real + Real.longestStallNs] = atNs - lastAtNs;
  if (atNs > lastAtNs) reals[real + Real.lastAtNs] = atNs;
  ints[connection.base + Int.lastPacket] = packet.number;
  reals[real + Real.lastFileOffset] = packet.fileOffset;
  ints[forward + SideInt.packets]! += 1;
  reals[(forward >> 1) + SideReal.wireBytes]! += packet.wireBytes;
  if (ints[forward + SideInt.ttl]! < 0) ints[forward + SideInt.ttl] = packet.ttl;
}

function noteSyn(connection: TcpConnection, packet: Packet, forward: number, reverse: number): void {
  const { ints, reals } = connection.memory;
  const isAnswer = (packet.tcpFlags & TcpFlag.ack) !== 0;
  readSynOptions(packet.view, packet.tcpOptionsAt, packet.tcpOptionsEnd, options);
  if (options.maxSegmentBytes >= 0) ints[forward + SideInt.maxSegmentBytes] = options.maxSegmentBytes;
  if (options.windowScale >= 0) {
    ints[forward + SideInt.announcedWindowScale] = options.windowScale;
    ints[forward + SideInt.windowScale] = options.windowScale;
  }
  agreeOnScaling(ints, forward, reverse, isAnswer);
  const real = connection.base >> 1;
  const { atNs } = packet;
  if (isAnswer) {
    ints[connection.base + Int.synAcks]! += 1;
    if (reals[real + Real.handshakeAtNs] === NEVER) reals[real + Real.lastSynAckAtNs] = atNs;
  } else {
    ints[connection.base + Int.syns]! += 1;
    if (reals[real + Real.synAtNs] === NEVER) reals[real + Real.synAtNs] = atNs;
    reals[real + Real.lastSynAtNs] = atNs;
  }
}

function noteAcknowledgment(connection: TcpConnection, reverse: number, packet: Packet, fromClient: boolean): void {
  const { ints, reals } = connection.memory;
  const { atNs, tcpAcknowledgment: acknowledgment, tcpFlags: flags } = packet;
  const real = connection.base >> 1;
  const lastSynAtNs = reals[real + Real.lastSynAtNs]!;
  if (lastSynAtNs !== NEVER && (flags & TcpFlag.syn) === 0) {
    const endsHandshake =
      fromClient && reals[real + Real.handshakeAtNs] === NEVER && reals[real + Real.lastSynAckAtNs] !== NEVER;
    if (endsHandshake) reals[real + Real.handshakeAtNs] = atNs;
    // Wireshark's initial round trip: from the latest SYN to the first ACK of either side, or later where that took no time.
    if (reals[real + Real.firstRttNs] === 0) reals[real + Real.firstRttNs] = atNs - lastSynAtNs;
  }
  const timed = (reverse >> 1) + SideReal.timedAtNs;
  if (reals[timed] !== NEVER && distance(ints[reverse + SideInt.timedEnd]!, acknowledgment) >= 0) {
    sampleRtt(connection.memory, reverse, Math.max(0, atNs - reals[timed]!));
    reals[timed] = NEVER;
  }
  (fromClient ? connection.serverAssembler : connection.clientAssembler)?.acknowledge(acknowledgment | 0);
}

function noteData(
  connection: TcpConnection,
  forward: number,
  packet: Packet,
  marks: number,
  fromClient: boolean,
): void {
  const { ints, reals } = connection.memory;
  const { payloadBytes, atNs, tcpSequence, tcpFlags } = packet;
  const real = forward >> 1;
  const end = plus(tcpSequence, payloadBytes);
  // Data that comes with a SYN stands behind it (RFC 7413).
  const dataAt = (tcpFlags & TcpFlag.syn) === 0 ? tcpSequence | 0 : plus(tcpSequence, 1);
  ints[forward + SideInt.dataSegments]! += 1;
  reals[real + SideReal.payloadBytes]! += payloadBytes;
  if ((marks & RESENT) !== 0) ints[forward + SideInt.dataRetransmissions]! += 1;
  noteLastData(connection, packet, fromClient);
  if ((marks & Mark.keepAlive) === 0 && reals[real + SideReal.firstDataAtNs] === NEVER)
    reals[real + SideReal.firstDataAtNs] = atNs;
  reals[real + SideReal.goodputBytes]! += freshBytes(connection, forward, dataAt, payloadBytes, fromClient);
  if ((marks & (RESENT | Mark.outOfOrder)) !== 0) reals[real + SideReal.timedAtNs] = NEVER;
  else if (reals[real + SideReal.timedAtNs] === NEVER && (marks & (Mark.keepAlive | Mark.zeroWindowProbe)) === 0) {
    reals[real + SideReal.timedAtNs] = atNs;
    ints[forward + SideInt.timedEnd] = end;
  }
}

/** Bytes of a segment that were not seen before: beyond the highest end, or in a hole. */
function freshBytes(
  connection: TcpConnection,
  forward: number,
  sequence: number,
  payloadBytes: number,
  fromClient: boolean,
): number {
  const { ints } = connection.memory;
  const end = plus(sequence, payloadBytes);
  const hasGoodEnd = (ints[forward + SideInt.flags]! & SideFlag.hasGoodEnd) !== 0;
  const goodEnd = hasGoodEnd ? ints[forward + SideInt.goodEnd]! : plus(ints[forward + SideInt.base]!, 1);
  const jumped = distance(goodEnd, sequence);
  const beyond = distance(goodEnd, end);
  if (beyond > 0 || !hasGoodEnd) {
    ints[forward + SideInt.goodEnd] = end;
    ints[forward + SideInt.flags]! |= SideFlag.hasGoodEnd;
  }
  if (jumped === 0) return payloadBytes;
  if (jumped > 0) {
    holesOf(connection, fromClient).add(goodEnd, sequence);
    return payloadBytes;
  }
  const holes = fromClient ? connection.clientHoles : connection.serverHoles;
  return Math.max(0, beyond) + (holes?.fill(sequence, beyond > 0 ? goodEnd : end) ?? 0);
}

function holesOf(connection: TcpConnection, fromClient: boolean): Holes {
  if (fromClient) connection.clientHoles ??= new Holes();
  else connection.serverHoles ??= new Holes();
  return (fromClient ? connection.clientHoles : connection.serverHoles) as Holes;
}

/** Who sent payload last, and whether the snap length cut any. */
function noteLastData(
  connection: TcpConnection,
  { payloadAt, payloadEnd, payloadBytes }: Packet,
  fromClient: boolean,
): void {
  const { ints } = connection.memory;
  let flags = ints[connection.base + Int.flags]! | ConnectionFlag.sawData;
  flags = fromClient ? flags & ~ConnectionFlag.lastDataFromServer : flags | ConnectionFlag.lastDataFromServer;
  if (payloadEnd - payloadAt < payloadBytes) flags |= ConnectionFlag.cutPayload;
  ints[connection.base + Int.flags] = flags;
}

function noteWindow(connection: TcpConnection, forward: number, packet: Packet, marks: number): void {
  const { ints, reals } = connection.memory;
  const { tcpWindow, tcpFlags, atNs } = packet;
  const windowScale = ints[forward + SideInt.windowScale]!;
  const isSyn = (tcpFlags & TcpFlag.syn) !== 0;
  const windowBytes = isSyn || windowScale < 0 ? tcpWindow : tcpWindow << Math.min(windowScale, MAX_WINDOW_SCALE);
  const smallest = ints[forward + SideInt.minWindowBytes]!;
  if (smallest < 0 || windowBytes < smallest) ints[forward + SideInt.minWindowBytes] = windowBytes;
  const since = (forward >> 1) + SideReal.zeroWindowSinceNs;
  if ((marks & (Mark.zeroWindow | Mark.zeroWindowProbeAck)) !== 0) {
    if (reals[since] === NEVER) reals[since] = atNs;
  } else if (tcpWindow > 0 && reals[since] !== NEVER) {
    reals[(forward >> 1) + SideReal.zeroWindowNs]! += Math.max(0, atNs - reals[since]!);
    reals[since] = NEVER;
  }
}

/** The first FIN or reset: who begins to end the connection. */
function noteClose(connection: TcpConnection, atNs: number, fromClient: boolean): void {
  const { ints, reals } = connection.memory;
  if (reals[(connection.base >> 1) + Real.closedAtNs] !== NEVER) return;
  reals[(connection.base >> 1) + Real.closedAtNs] = atNs;
  if (!fromClient) ints[connection.base + Int.flags]! |= ConnectionFlag.closedByServer;
}

/** Comes before the analysis: a reset without ACK overwrites what its sender acknowledged last. */
function noteReset(
  connection: TcpConnection,
  packet: Packet,
  forward: number,
  reverse: number,
  fromClient: boolean,
): void {
  const { ints } = connection.memory;
  ints[forward + SideInt.resets]! += 1;
  if (!connection.has(ConnectionFlag.wasReset)) {
    const hasAck = (packet.tcpFlags & TcpFlag.ack) !== 0;
    const acknowledged = hasAck ? packet.tcpAcknowledgment : ints[forward + SideInt.lastAck]!;
    const leftBytes = distance(acknowledged, ints[reverse + SideInt.next]!);
    ints[connection.base + Int.flags]! |=
      ConnectionFlag.wasReset |
      (fromClient ? 0 : ConnectionFlag.resetByServer) |
      (leftBytes > 0 ? ConnectionFlag.resetTooEarly : 0);
    ints[connection.base + Int.resetTtl] = packet.ttl;
  }
  keepEvidence(connection, packet.number);
}

/** The side's counters stand in the order of the bits. */
function countMarks(
  connection: TcpConnection,
  forward: number,
  marks: number,
  packetNumber: number,
  isCopy: boolean,
): void {
  const { ints } = connection.memory;
  for (let bits = marks & COUNTED; bits !== 0; bits &= bits - 1)
    ints[forward + SideInt.retransmissions + 31 - Math.clz32(bits & -bits)]! += 1;
  if ((marks & EVIDENCE) !== 0 && !isCopy) keepEvidence(connection, packetNumber);
}

function keepEvidence(connection: TcpConnection, packetNumber: number): void {
  connection.evidence ??= [];
  if (connection.evidence.length < EVIDENCE_PACKETS && connection.evidence.at(-1) !== packetNumber)
    connection.evidence.push(packetNumber);
}

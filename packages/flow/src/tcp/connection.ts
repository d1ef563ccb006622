import { Direction, type EndReason } from "@weir/model";
import { type Packet, TcpFlag } from "@weir/wire";
import type { OpenConnection } from "../contract.ts";
import { EVIDENCE_PACKETS } from "../limits.ts";
import { NEVER } from "../side.ts";
import { analyze, COUNTED, Mark, type Path, RESENT, type Segment, SequenceState } from "./analysis.ts";
import type { StreamAssembler } from "./assembler.ts";
import { completenessOf } from "./completeness.ts";
import { countCopy } from "./copies.ts";
import { Holes } from "./holes.ts";
import { CLIENT, ConnectionFlag, Int, Real, SERVER, SideFlag, SideInt, SideReal, type TcpMemory } from "./memory.ts";
import { readSynOptions, type SynOptions } from "./options.ts";
import { sampleRtt } from "./round-trips.ts";
import { distance, plus } from "./sequence.ts";
import { agreeOnScaling } from "./window-scale.ts";

const SYN_ACK = TcpFlag.syn | TcpFlag.ack;
/** What makes a packet worth showing as evidence. */
const EVIDENCE = RESENT | Mark.outOfOrder | Mark.lostSegment | Mark.zeroWindow | Mark.zeroWindowProbe | Mark.windowFull;

// Reused for every packet: nothing is allocated on the way of a segment.
const segment: Segment = { sequence: 0, acknowledgment: 0, length: 0, flags: 0, window: 0, atNs: 0 };
const path: Path = { firstRttNs: 0, senderRttNs: 0 };
const options: SynOptions = { maxSegmentBytes: -1, windowScale: -1, sackPermitted: false };
const forwardState = new SequenceState();
const reverseState = new SequenceState();

/** The fixed facts of a connection, known from its first packet. */
export type ConnectionStart = Pick<
  OpenConnection,
  | "streamNumber"
  | "clientAddress"
  | "clientPort"
  | "serverAddress"
  | "serverPort"
  | "directionScore"
  | "midStream"
  | "startedAtNs"
> & {
  readonly firstPacket: number;
  readonly firstFileOffset: number;
  readonly vlanId: number;
  readonly tunnel: number;
};

/**
 * One TCP connection while it is open: who it is, and where its numbers are (see memory.ts). HOT PATH: {@link TcpConnection.packet} runs for
 * every segment.
 */
export class TcpConnection implements OpenConnection {
  readonly transport = "tcp";
  readonly streamNumber: number;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly directionScore: number;
  readonly midStream: boolean;
  /** Base of its record. */
  readonly base: number;
  readonly memory: TcpMemory;
  /** True once it is over and waits for late packets. */
  lingers = false;
  attachment: unknown;
  /** Absent where streams are not wanted. */
  clientAssembler: StreamAssembler | undefined;
  serverAssembler: StreamAssembler | undefined;
  unreachable = "";
  /** What each side's bytes jumped over; absent while they did not. */
  clientHoles: Holes | undefined;
  serverHoles: Holes | undefined;
  /** Numbers of packets that show trouble; absent while there is none. */
  evidence: number[] | undefined;

  constructor(start: ConnectionStart, memory: TcpMemory) {
    this.streamNumber = start.streamNumber;
    this.clientAddress = start.clientAddress;
    this.clientPort = start.clientPort;
    this.serverAddress = start.serverAddress;
    this.serverPort = start.serverPort;
    this.directionScore = start.directionScore;
    this.midStream = start.midStream;
    this.memory = memory;
    this.base = memory.allocate();
    const { ints, reals } = memory;
    const real = this.base >> 1;
    reals[real + Real.startedAtNs] = start.startedAtNs;
    reals[real + Real.lastAtNs] = start.startedAtNs;
    reals[real + Real.firstFileOffset] = start.firstFileOffset;
    ints[this.base + Int.firstPacket] = start.firstPacket;
    ints[this.base + Int.vlanId] = start.vlanId;
    ints[this.base + Int.tunnel] = start.tunnel;
  }

  get startedAtNs(): number {
    return this.real(Real.startedAtNs);
  }

  get firstPacket(): number {
    return this.int(Int.firstPacket);
  }

  get lastAtNs(): number {
    return this.real(Real.lastAtNs);
  }

  get completeness(): number {
    return this.int(Int.completeness);
  }

  get firstRttNs(): number {
    return this.real(Real.firstRttNs);
  }

  /** True once a reset or both FINs were seen. */
  get isOver(): boolean {
    return (
      this.has(ConnectionFlag.wasReset) || (this.int(CLIENT + SideInt.fins) > 0 && this.int(SERVER + SideInt.fins) > 0)
    );
  }

  get rttServerMinNs(): number | undefined {
    const answeredAtNs = this.real(Real.lastSynAckAtNs);
    const askedAtNs = this.real(Real.lastSynAtNs);
    const sawBoth = answeredAtNs !== NEVER && askedAtNs !== NEVER;
    const handshakeNs = sawBoth ? Math.max(0, answeredAtNs - askedAtNs) : undefined;
    if (this.int(CLIENT + SideInt.rttSamples) === 0) return handshakeNs;
    const dataNs = this.real((CLIENT >> 1) + SideReal.rttMinNs);
    return handshakeNs === undefined ? dataNs : Math.min(handshakeNs, dataNs);
  }

  /** One of its integers, by offset in the record. */
  int(offset: number): number {
    return this.memory.ints[this.base + offset]!;
  }

  /** One of its doubles, by offset in the record. */
  real(offset: number): number {
    return this.memory.reals[(this.base >> 1) + offset]!;
  }

  /** True where a {@link ConnectionFlag} is set. */
  has(flag: number): boolean {
    return (this.int(Int.flags) & flag) !== 0;
  }

  /** True where a SYN with this sequence number begins a new connection on the same ports (Wireshark's rule for `tcp.stream`). */
  isReusedBy(flags: number, sequence: number, fromClient: boolean): boolean {
    if ((flags & SYN_ACK) !== TcpFlag.syn) return false;
    const side = fromClient ? CLIENT : SERVER;
    return (
      (this.int(side + SideInt.flags) & SideFlag.hasBase) !== 0 && this.int(side + SideInt.base) !== (sequence | 0)
    );
  }

  /** Takes one segment; returns its {@link Mark} bits. `isReused` says that it began a new connection on known ports. */
  packet(packet: Packet, fromClient: boolean, isReused: boolean): number {
    const { memory } = this;
    const forward = this.base + (fromClient ? CLIENT : SERVER);
    const reverse = this.base + (fromClient ? SERVER : CLIENT);
    const { tcpFlags: flags, payloadBytes } = packet;
    const isCopy = countCopy(memory.ints, forward, packet);
    this.#count(packet, forward);
    if ((flags & TcpFlag.syn) !== 0) this.#syn(packet, forward, reverse);
    if ((flags & TcpFlag.rst) !== 0) this.#reset(packet, forward, reverse, fromClient);
    const marks = this.#analyze(packet, forward, reverse, fromClient) | (isReused ? Mark.reusedPorts : 0);
    if (marks !== 0) this.#countMarks(forward, marks, packet.number, isCopy);
    memory.ints[this.base + Int.completeness]! |= completenessOf(flags, payloadBytes);
    if ((flags & TcpFlag.ack) !== 0) this.#acknowledge(reverse, packet, fromClient);
    if (payloadBytes > 0) this.#data(forward, packet, isCopy ? marks & ~RESENT : marks, fromClient);
    if ((flags & (TcpFlag.fin | TcpFlag.rst)) !== 0) this.#noteClose(packet.atNs, fromClient);
    if ((flags & TcpFlag.rst) === 0) this.#window(forward, packet, marks);
    if ((flags & TcpFlag.fin) !== 0) memory.ints[forward + SideInt.fins]! += 1;
    return marks;
  }

  #analyze(packet: Packet, forward: number, reverse: number, fromClient: boolean): number {
    const { memory } = this;
    segment.sequence = packet.tcpSequence | 0;
    segment.acknowledgment = packet.tcpAcknowledgment | 0;
    segment.length = packet.payloadBytes;
    segment.flags = packet.tcpFlags;
    segment.window = packet.tcpWindow;
    segment.atNs = packet.atNs;
    forwardState.load(memory, forward);
    reverseState.load(memory, reverse);
    path.firstRttNs = this.real(Real.firstRttNs);
    path.senderRttNs = this.#handshakeRtt(fromClient);
    const marks = analyze(forwardState, reverseState, segment, path);
    forwardState.storeForward(memory, forward);
    reverseState.storeReverse(memory.ints, reverse);
    return marks;
  }

  /** The round trip between the vantage and a side, as its part of the handshake took; 0 while unknown. */
  #handshakeRtt(ofClient: boolean): number {
    const answeredAtNs = this.real(Real.lastSynAckAtNs);
    const durationNs = ofClient
      ? this.real(Real.handshakeAtNs) - answeredAtNs
      : answeredAtNs - this.real(Real.lastSynAtNs);
    return Number.isFinite(durationNs) ? Math.max(0, durationNs) : 0;
  }

  #count(packet: Packet, forward: number): void {
    const { ints, reals } = this.memory;
    const real = this.base >> 1;
    const { atNs } = packet;
    const lastAtNs = reals[real + Real.lastAtNs]!;
    if (atNs - lastAtNs > reals[real + Real.longestStallNs]!) reals[real + Real.longestStallNs] = atNs - lastAtNs;
    if (atNs > lastAtNs) reals[real + Real.lastAtNs] = atNs;
    ints[this.base + Int.lastPacket] = packet.number;
    reals[real + Real.lastFileOffset] = packet.fileOffset;
    ints[forward + SideInt.packets]! += 1;
    reals[(forward >> 1) + SideReal.wireBytes]! += packet.wireBytes;
    if (ints[forward + SideInt.ttl]! < 0) ints[forward + SideInt.ttl] = packet.ttl;
  }

  #syn(packet: Packet, forward: number, reverse: number): void {
    const { ints, reals } = this.memory;
    const isAnswer = (packet.tcpFlags & TcpFlag.ack) !== 0;
    readSynOptions(packet.view, packet.tcpOptionsAt, packet.tcpOptionsEnd, options);
    if (options.maxSegmentBytes >= 0) ints[forward + SideInt.maxSegmentBytes] = options.maxSegmentBytes;
    if (options.sackPermitted) ints[forward + SideInt.flags]! |= SideFlag.sackPermitted;
    if (options.windowScale >= 0) {
      ints[forward + SideInt.announcedWindowScale] = options.windowScale;
      ints[forward + SideInt.windowScale] = options.windowScale;
    }
    agreeOnScaling(ints, forward, reverse, isAnswer);
    const real = this.base >> 1;
    const { atNs } = packet;
    if (isAnswer) {
      ints[this.base + Int.synAcks]! += 1;
      if (reals[real + Real.handshakeAtNs] === NEVER) reals[real + Real.lastSynAckAtNs] = atNs;
    } else {
      ints[this.base + Int.syns]! += 1;
      if (reals[real + Real.synAtNs] === NEVER) reals[real + Real.synAtNs] = atNs;
      reals[real + Real.lastSynAtNs] = atNs;
    }
  }

  #acknowledge(reverse: number, packet: Packet, fromClient: boolean): void {
    const { ints, reals } = this.memory;
    const { atNs, tcpAcknowledgment: acknowledgment, tcpFlags: flags } = packet;
    const real = this.base >> 1;
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
      sampleRtt(this.memory, reverse, Math.max(0, atNs - reals[timed]!));
      reals[timed] = NEVER;
    }
    (fromClient ? this.serverAssembler : this.clientAssembler)?.acknowledge(acknowledgment | 0);
  }

  #data(forward: number, packet: Packet, marks: number, fromClient: boolean): void {
    const { ints, reals } = this.memory;
    const { payloadBytes, atNs, tcpSequence, tcpFlags } = packet;
    const real = forward >> 1;
    const end = plus(tcpSequence, payloadBytes);
    // Data that comes with a SYN stands behind it (RFC 7413).
    const dataAt = (tcpFlags & TcpFlag.syn) === 0 ? tcpSequence | 0 : plus(tcpSequence, 1);
    ints[forward + SideInt.dataSegments]! += 1;
    reals[real + SideReal.payloadBytes]! += payloadBytes;
    if ((marks & RESENT) !== 0) ints[forward + SideInt.dataRetransmissions]! += 1;
    this.#noteData(packet, fromClient);
    if ((marks & Mark.keepAlive) === 0 && reals[real + SideReal.firstDataAtNs] === NEVER)
      reals[real + SideReal.firstDataAtNs] = atNs;
    reals[real + SideReal.goodputBytes]! += this.#freshBytes(forward, dataAt, payloadBytes, fromClient);
    if ((marks & (RESENT | Mark.outOfOrder)) !== 0) reals[real + SideReal.timedAtNs] = NEVER;
    else if (reals[real + SideReal.timedAtNs] === NEVER && (marks & (Mark.keepAlive | Mark.zeroWindowProbe)) === 0) {
      reals[real + SideReal.timedAtNs] = atNs;
      ints[forward + SideInt.timedEnd] = end;
    }
  }

  /** Bytes of a segment that were not seen before: beyond the highest end, or in a hole. */
  #freshBytes(forward: number, sequence: number, payloadBytes: number, fromClient: boolean): number {
    const { ints } = this.memory;
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
      this.#holes(fromClient).add(goodEnd, sequence);
      return payloadBytes;
    }
    const holes = fromClient ? this.clientHoles : this.serverHoles;
    return Math.max(0, beyond) + (holes?.fill(sequence, beyond > 0 ? goodEnd : end) ?? 0);
  }

  #holes(fromClient: boolean): Holes {
    if (fromClient) this.clientHoles ??= new Holes();
    else this.serverHoles ??= new Holes();
    return (fromClient ? this.clientHoles : this.serverHoles) as Holes;
  }

  /** Who sent payload last, and whether the snap length cut any. */
  #noteData({ payloadAt, payloadEnd, payloadBytes }: Packet, fromClient: boolean): void {
    const { ints } = this.memory;
    let flags = ints[this.base + Int.flags]! | ConnectionFlag.sawData;
    flags = fromClient ? flags & ~ConnectionFlag.lastDataFromServer : flags | ConnectionFlag.lastDataFromServer;
    if (payloadEnd - payloadAt < payloadBytes) flags |= ConnectionFlag.cutPayload;
    ints[this.base + Int.flags] = flags;
  }

  #window(forward: number, packet: Packet, marks: number): void {
    const { ints, reals } = this.memory;
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
  #noteClose(atNs: number, fromClient: boolean): void {
    const { ints, reals } = this.memory;
    if (reals[(this.base >> 1) + Real.closedAtNs] !== NEVER) return;
    reals[(this.base >> 1) + Real.closedAtNs] = atNs;
    if (!fromClient) ints[this.base + Int.flags]! |= ConnectionFlag.closedByServer;
  }

  /** Comes before the analysis: a reset without ACK overwrites what its sender acknowledged last. */
  #reset(packet: Packet, forward: number, reverse: number, fromClient: boolean): void {
    const { ints } = this.memory;
    ints[forward + SideInt.resets]! += 1;
    if (!this.has(ConnectionFlag.wasReset)) {
      const hasAck = (packet.tcpFlags & TcpFlag.ack) !== 0;
      const acknowledged = hasAck ? packet.tcpAcknowledgment : ints[forward + SideInt.lastAck]!;
      const leftBytes = distance(acknowledged, ints[reverse + SideInt.next]!);
      ints[this.base + Int.flags]! |=
        ConnectionFlag.wasReset |
        (fromClient ? 0 : ConnectionFlag.resetByServer) |
        (leftBytes > 0 ? ConnectionFlag.resetTooEarly : 0);
      ints[this.base + Int.resetTtl] = packet.ttl;
    }
    this.#keepEvidence(packet.number);
  }

  /** The side's counters stand in the order of the bits. */
  #countMarks(forward: number, marks: number, packetNumber: number, isCopy: boolean): void {
    const { ints } = this.memory;
    for (let bits = marks & COUNTED; bits !== 0; bits &= bits - 1)
      ints[forward + SideInt.retransmissions + 31 - Math.clz32(bits & -bits)]! += 1;
    if ((marks & EVIDENCE) !== 0 && !isCopy) this.#keepEvidence(packetNumber);
  }

  #keepEvidence(packetNumber: number): void {
    this.evidence ??= [];
    if (this.evidence.length < EVIDENCE_PACKETS && this.evidence.at(-1) !== packetNumber)
      this.evidence.push(packetNumber);
  }

  /** Why the connection is over, as far as its packets say. */
  endReason(atCaptureEnd: EndReason): EndReason {
    if (this.has(ConnectionFlag.wasReset)) return "reset";
    return this.isOver ? "fin" : atCaptureEnd;
  }

  /** Who reset the connection first; undefined where nobody did. */
  get firstResetFrom(): Direction | undefined {
    if (!this.has(ConnectionFlag.wasReset)) return undefined;
    return this.has(ConnectionFlag.resetByServer) ? Direction.toClient : Direction.toServer;
  }

  /** Who sent payload last; undefined where nobody did. */
  get lastDataFrom(): Direction | undefined {
    if (!this.has(ConnectionFlag.sawData)) return undefined;
    return this.has(ConnectionFlag.lastDataFromServer) ? Direction.toClient : Direction.toServer;
  }
}

/** The largest shift that counts (RFC 7323 §2.3). */
const MAX_WINDOW_SCALE = 14;

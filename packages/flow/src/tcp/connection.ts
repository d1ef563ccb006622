import type { Direction, EndReason } from "@weir/model";
import { type Packet, TcpFlag } from "@weir/wire";
import type { OpenConnection } from "../contract.ts";
import { EVIDENCE_PACKETS } from "../limits.ts";
import { NEVER } from "../side.ts";
import { analyze, Mark, RESENT, type Segment } from "./analysis.ts";
import { readSynOptions, type SynOptions } from "./options.ts";
import { distance, plus } from "./sequence.ts";
import { TcpSide } from "./side.ts";

/** Wireshark's `tcp.completeness` bits. */
export const Complete = { syn: 1, synAck: 2, ack: 4, data: 8, fin: 16, rst: 32 } as const;

const SYN_ACK = TcpFlag.syn | TcpFlag.ack;
const FIN_ACK = TcpFlag.fin | TcpFlag.ack;
/** What makes a packet worth showing as evidence. */
const EVIDENCE = RESENT | Mark.outOfOrder | Mark.lostSegment | Mark.zeroWindow | Mark.zeroWindowProbe | Mark.windowFull;

const segment: Segment = { sequence: 0, acknowledgment: 0, length: 0, flags: 0, window: 0, atNs: 0 };
const options: SynOptions = { maxSegmentBytes: -1, windowScale: -1, sackPermitted: false };

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
  /** True where the end that the flow index names first is the client. */
  readonly firstIsClient: boolean;
  readonly firstPacket: number;
  readonly firstFileOffset: number;
  readonly vlanId: number;
  readonly tunnel: number;
};

/** One TCP connection while it is open. HOT PATH: {@link TcpConnection.packet} runs for every segment. */
export class TcpConnection implements OpenConnection {
  readonly transport = "tcp";
  readonly streamNumber: number;
  readonly clientAddress: string;
  readonly clientPort: number;
  readonly serverAddress: string;
  readonly serverPort: number;
  readonly directionScore: number;
  readonly midStream: boolean;
  readonly startedAtNs: number;
  readonly start: ConnectionStart;
  attachment: unknown;

  readonly client = new TcpSide();
  readonly server = new TcpSide();
  lastAtNs: number;
  lastPacket: number;
  lastFileOffset: number;
  longestStallNs = 0;
  completeness = 0;
  synAtNs = NEVER;
  lastSynAtNs = NEVER;
  synAckAtNs = NEVER;
  lastSynAckAtNs = NEVER;
  handshakeAtNs = NEVER;
  /**
   * Wireshark's `tcp.analysis.initial_rtt`: from the latest SYN to the first ACK of either side that is no SYN, and later where that took no
   * time; 0 while unknown. Sequence analysis needs it; Weir's own handshake times are told by who sent what.
   */
  firstRttNs = 0;
  syns = 0;
  synAcks = 0;
  firstResetFrom: Direction | undefined;
  resetTtl = -1;
  cutPayload = false;
  /** Who sent payload last; undefined where nobody did. */
  lastDataFrom: Direction | undefined;
  unreachable = "";
  readonly evidence: number[] = [];

  constructor(start: ConnectionStart) {
    this.start = start;
    this.streamNumber = start.streamNumber;
    this.clientAddress = start.clientAddress;
    this.clientPort = start.clientPort;
    this.serverAddress = start.serverAddress;
    this.serverPort = start.serverPort;
    this.directionScore = start.directionScore;
    this.midStream = start.midStream;
    this.startedAtNs = start.startedAtNs;
    this.lastAtNs = start.startedAtNs;
    this.lastPacket = start.firstPacket;
    this.lastFileOffset = start.firstFileOffset;
  }

  get rttServerMinNs(): number | undefined {
    const handshake =
      this.synAckAtNs !== NEVER && this.lastSynAtNs !== NEVER
        ? Math.max(0, this.lastSynAckAtNs - this.lastSynAtNs)
        : undefined;
    if (this.client.rttSamples === 0) return handshake;
    return handshake === undefined ? this.client.rttMinNs : Math.min(handshake, this.client.rttMinNs);
  }

  /** True where a SYN with this sequence number begins a new connection on the same ports (Wireshark's rule for `tcp.stream`). */
  isReusedBy(flags: number, sequence: number, fromClient: boolean): boolean {
    const state = (fromClient ? this.client : this.server).sequence;
    return (flags & SYN_ACK) === TcpFlag.syn && state.hasBase && state.base !== sequence;
  }

  /** Takes one segment; returns its {@link Mark} bits. `isReused` says that it began a new connection on known ports. */
  packet(packet: Packet, fromClient: boolean, isReused: boolean): number {
    const forward = fromClient ? this.client : this.server;
    const reverse = fromClient ? this.server : this.client;
    const { atNs, tcpFlags: flags, payloadBytes } = packet;
    this.#count(packet, forward);
    if ((flags & TcpFlag.syn) !== 0) this.#syn(packet, forward, reverse);
    segment.sequence = packet.tcpSequence;
    segment.acknowledgment = packet.tcpAcknowledgment;
    segment.length = payloadBytes;
    segment.flags = flags;
    segment.window = packet.tcpWindow;
    segment.atNs = atNs;
    const marks =
      analyze(forward.sequence, reverse.sequence, segment, this.firstRttNs) | (isReused ? Mark.reusedPorts : 0);
    if (marks !== 0) this.#countMarks(forward, marks, packet.number);
    this.completeness |= completenessOf(flags, payloadBytes);
    if ((flags & TcpFlag.ack) !== 0) this.#acknowledge(reverse, packet, fromClient);
    if (payloadBytes > 0) {
      this.#data(forward, packet, marks);
      this.lastDataFrom = fromClient ? 0 : 1;
    }
    if ((flags & TcpFlag.rst) !== 0) this.#reset(forward, packet, fromClient);
    else this.#window(forward, packet, marks);
    if ((flags & TcpFlag.fin) !== 0) forward.fins += 1;
    return marks;
  }

  #count(packet: Packet, forward: TcpSide): void {
    const { atNs } = packet;
    const stallNs = atNs - this.lastAtNs;
    if (stallNs > this.longestStallNs) this.longestStallNs = stallNs;
    if (atNs > this.lastAtNs) this.lastAtNs = atNs;
    this.lastPacket = packet.number;
    this.lastFileOffset = packet.fileOffset;
    forward.packets += 1;
    forward.wireBytes += packet.wireBytes;
    if (forward.ttl < 0) forward.ttl = packet.ttl;
  }

  #syn(packet: Packet, forward: TcpSide, reverse: TcpSide): void {
    const isAnswer = (packet.tcpFlags & TcpFlag.ack) !== 0;
    readSynOptions(packet.view, packet.tcpOptionsAt, packet.tcpOptionsEnd, options);
    if (options.maxSegmentBytes >= 0) forward.maxSegmentBytes = options.maxSegmentBytes;
    if (options.sackPermitted) forward.sackPermitted = true;
    if (options.windowScale >= 0) {
      forward.announcedWindowScale = options.windowScale;
      forward.sequence.windowScale = options.windowScale;
    }
    agreeOnScaling(forward, reverse, isAnswer);
    const at = packet.atNs;
    if (isAnswer) {
      this.synAcks += 1;
      if (this.synAckAtNs === NEVER) this.synAckAtNs = at;
      if (this.handshakeAtNs === NEVER) this.lastSynAckAtNs = at;
    } else {
      this.syns += 1;
      if (this.synAtNs === NEVER) this.synAtNs = at;
      this.lastSynAtNs = at;
    }
  }

  #acknowledge(reverse: TcpSide, packet: Packet, fromClient: boolean): void {
    const { atNs, tcpAcknowledgment: acknowledgment, tcpFlags: flags } = packet;
    const endsHandshake =
      fromClient &&
      (flags & TcpFlag.syn) === 0 &&
      this.handshakeAtNs === NEVER &&
      this.lastSynAtNs !== NEVER &&
      this.synAckAtNs !== NEVER;
    if (endsHandshake) this.handshakeAtNs = atNs;
    if (this.firstRttNs === 0 && (flags & TcpFlag.syn) === 0 && this.lastSynAtNs !== NEVER)
      this.firstRttNs = atNs - this.lastSynAtNs;
    if (reverse.timedAtNs !== NEVER && distance(reverse.timedEnd, acknowledgment) >= 0) {
      reverse.sampleRtt(Math.max(0, atNs - reverse.timedAtNs));
      reverse.timedAtNs = NEVER;
    }
    reverse.assembler?.acknowledge(acknowledgment);
  }

  #data(forward: TcpSide, packet: Packet, marks: number): void {
    const { payloadBytes, atNs, tcpSequence } = packet;
    const end = plus(tcpSequence, payloadBytes);
    forward.dataSegments += 1;
    forward.payloadBytes += payloadBytes;
    if ((marks & RESENT) !== 0) forward.dataRetransmissions += 1;
    if (packet.payloadEnd - packet.payloadAt < payloadBytes) this.cutPayload = true;
    if ((marks & Mark.keepAlive) === 0 && forward.firstDataAtNs === NEVER) forward.firstDataAtNs = atNs;
    const fresh = forward.hasGoodEnd ? distance(forward.goodEnd, end) : payloadBytes;
    // Data that fills a hole is fresh as well, but lies before the highest end: told by not being a retransmission.
    if (fresh > 0) {
      forward.goodputBytes += Math.min(fresh, payloadBytes);
      forward.goodEnd = end;
      forward.hasGoodEnd = true;
    } else if ((marks & Mark.outOfOrder) !== 0) {
      forward.goodputBytes += payloadBytes;
    }
    if ((marks & (RESENT | Mark.outOfOrder)) !== 0) forward.timedAtNs = NEVER;
    else if (forward.timedAtNs === NEVER && (marks & (Mark.keepAlive | Mark.zeroWindowProbe)) === 0) {
      forward.timedAtNs = atNs;
      forward.timedEnd = end;
    }
  }

  #window(forward: TcpSide, packet: Packet, marks: number): void {
    const { tcpWindow, tcpFlags, atNs } = packet;
    const { windowScale } = forward.sequence;
    const isSyn = (tcpFlags & TcpFlag.syn) !== 0;
    const windowBytes = isSyn || windowScale < 0 ? tcpWindow : tcpWindow * 2 ** windowScale;
    if (forward.minWindowBytes < 0 || windowBytes < forward.minWindowBytes) forward.minWindowBytes = windowBytes;
    if ((marks & Mark.zeroWindow) !== 0 || (marks & Mark.zeroWindowProbeAck) !== 0) {
      if (forward.zeroWindowSinceNs === NEVER) forward.zeroWindowSinceNs = atNs;
    } else if (tcpWindow > 0 && forward.zeroWindowSinceNs !== NEVER) {
      forward.zeroWindowNs += Math.max(0, atNs - forward.zeroWindowSinceNs);
      forward.zeroWindowSinceNs = NEVER;
    }
  }

  #reset(forward: TcpSide, packet: Packet, fromClient: boolean): void {
    forward.resets += 1;
    if (this.firstResetFrom === undefined) {
      this.firstResetFrom = fromClient ? 0 : 1;
      this.resetTtl = packet.ttl;
    }
    this.#keepEvidence(packet.number);
  }

  #countMarks(side: TcpSide, marks: number, packetNumber: number): void {
    if ((marks & Mark.retransmission) !== 0) side.retransmissions += 1;
    if ((marks & Mark.fastRetransmission) !== 0) side.fastRetransmissions += 1;
    if ((marks & Mark.spuriousRetransmission) !== 0) side.spuriousRetransmissions += 1;
    if ((marks & Mark.outOfOrder) !== 0) side.outOfOrder += 1;
    if ((marks & Mark.lostSegment) !== 0) side.lostSegments += 1;
    if ((marks & Mark.ackLostSegment) !== 0) side.unseenAcked += 1;
    if ((marks & Mark.duplicateAck) !== 0) side.duplicateAcks += 1;
    if ((marks & Mark.zeroWindow) !== 0) side.zeroWindows += 1;
    if ((marks & Mark.zeroWindowProbe) !== 0) side.zeroWindowProbes += 1;
    if ((marks & Mark.windowFull) !== 0) side.windowFull += 1;
    if ((marks & Mark.windowUpdate) !== 0) side.windowUpdates += 1;
    if ((marks & Mark.keepAlive) !== 0) side.keepAlives += 1;
    if ((marks & Mark.keepAliveAck) !== 0) side.keepAliveAcks += 1;
    if ((marks & EVIDENCE) !== 0) this.#keepEvidence(packetNumber);
  }

  #keepEvidence(packetNumber: number): void {
    if (this.evidence.length < EVIDENCE_PACKETS && this.evidence.at(-1) !== packetNumber)
      this.evidence.push(packetNumber);
  }

  /** Why the connection is over, as far as its packets say. */
  endReason(atCaptureEnd: EndReason): EndReason {
    if (this.firstResetFrom !== undefined) return "reset";
    return this.client.fins > 0 && this.server.fins > 0 ? "fin" : atCaptureEnd;
  }
}

/** Scaling is used only where both SYNs offered it (RFC 7323 §2.2); Wireshark writes -2 where it is known to be unused. */
function agreeOnScaling(forward: TcpSide, reverse: TcpSide, isAnswer: boolean): void {
  if (forward.sequence.windowScale === -1) {
    forward.sequence.windowScale = -2;
    reverse.sequence.windowScale = -2;
  } else if (isAnswer && reverse.sequence.windowScale === -2) {
    forward.sequence.windowScale = -2;
  }
}

/** What one segment adds to {@link Complete}, by Wireshark's rules. */
export function completenessOf(flags: number, payloadBytes: number): number {
  let bits = 0;
  if ((flags & SYN_ACK) === TcpFlag.syn) bits |= Complete.syn;
  if ((flags & SYN_ACK) === SYN_ACK) bits |= Complete.synAck;
  if (payloadBytes > 0) bits |= Complete.data;
  else if ((flags & SYN_ACK) === TcpFlag.ack) bits |= Complete.ack;
  if ((flags & FIN_ACK) === FIN_ACK) bits |= Complete.fin;
  if ((flags & TcpFlag.rst) !== 0) bits |= Complete.rst;
  return bits;
}

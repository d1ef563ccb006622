import { TcpFlag } from "@weir/wire";
import { SideFlag, SideInt, SideReal } from "../memory/connection-record.ts";
import { distance, plus } from "./sequence.ts";

/** What one segment was found to be, as bits. Names and definitions are those of Wireshark 4.0's `tcp.analysis.*`. */
export const Mark = {
  retransmission: 1,
  fastRetransmission: 2,
  spuriousRetransmission: 4,
  outOfOrder: 8,
  lostSegment: 16,
  ackLostSegment: 32,
  duplicateAck: 64,
  zeroWindow: 128,
  zeroWindowProbe: 256,
  zeroWindowProbeAck: 512,
  windowFull: 1024,
  windowUpdate: 2048,
  keepAlive: 4096,
  keepAliveAck: 8192,
  reusedPorts: 16384,
} as const;

/** Marks that are counted per side; their counters stand in trouble-record.ts in the order of the bits. */
export const COUNTED = Mark.reusedPorts - 1;
/** All kinds of sending again. */
export const RESENT = Mark.retransmission | Mark.fastRetransmission | Mark.spuriousRetransmission;

/** A fast retransmission follows the last duplicate ACK within this time. */
const FAST_NS = 20e6;
/** Reordering is told from retransmission by the round trip, or by this time where there is none yet. */
const REORDER_NS = 3e6;
/** In place of a count of duplicate ACKs, as Wireshark keeps it: see {@link ackBeyondSight}. */
const LOSS_WAS_SAID = -1;
const NEVER_DATA = TcpFlag.syn | TcpFlag.fin | TcpFlag.rst;

/**
 * What sequence analysis remembers of one direction. A copy for the time of one packet: it is loaded from the connection's record and
 * stored back, so that the rules below read like rules.
 */
export class SequenceState {
  hasBase = false;
  base = 0;
  /** Highest sequence number to come next; 0 while unknown, as in Wireshark. */
  next = 0;
  nextAtNs = 0;
  /** End of what was seen without a hole: an ACK beyond it acknowledges what the capture missed; 0 while unknown. */
  maxToAck = 0;
  lastAck = 0;
  lastAckAtNs = 0;
  /** The window field as last sent, unscaled; -1 before the first packet. */
  window = -1;
  /** Shift; -1 unknown, -2 known to be unused. */
  windowScale = -1;
  /** True while the last window came in a SYN-ACK, where it is never scaled. */
  isFirstAck = false;
  duplicateAcks = 0;
  lastMarks = 0;

  /** Reads the side at `base` of the connections' memory. */
  load(ints: Int32Array, reals: Float64Array, side: number): void {
    const flags = ints[side + SideInt.flags]!;
    this.hasBase = (flags & SideFlag.hasBase) !== 0;
    this.isFirstAck = (flags & SideFlag.isFirstAck) !== 0;
    this.base = ints[side + SideInt.base]!;
    this.next = ints[side + SideInt.next]!;
    this.maxToAck = ints[side + SideInt.maxToAck]!;
    this.lastAck = ints[side + SideInt.lastAck]!;
    this.window = ints[side + SideInt.window]!;
    this.windowScale = ints[side + SideInt.windowScale]!;
    this.duplicateAcks = ints[side + SideInt.repeatedAcks]!;
    this.lastMarks = ints[side + SideInt.lastMarks]!;
    this.nextAtNs = reals[(side >> 1) + SideReal.nextAtNs]!;
    this.lastAckAtNs = reals[(side >> 1) + SideReal.lastAckAtNs]!;
  }

  /** Writes back what a segment of this side changed. */
  storeForward(ints: Int32Array, reals: Float64Array, side: number): void {
    this.storeReverse(ints, side);
    ints[side + SideInt.lastAck] = this.lastAck;
    ints[side + SideInt.window] = this.window;
    ints[side + SideInt.lastMarks] = this.lastMarks;
    reals[(side >> 1) + SideReal.nextAtNs] = this.nextAtNs;
    reals[(side >> 1) + SideReal.lastAckAtNs] = this.lastAckAtNs;
  }

  /** Writes back what a segment of the other side changed. */
  storeReverse(ints: Int32Array, side: number): void {
    const others = ints[side + SideInt.flags]! & ~(SideFlag.hasBase | SideFlag.isFirstAck);
    ints[side + SideInt.flags] =
      others | (this.hasBase ? SideFlag.hasBase : 0) | (this.isFirstAck ? SideFlag.isFirstAck : 0);
    ints[side + SideInt.base] = this.base;
    ints[side + SideInt.next] = this.next;
    ints[side + SideInt.maxToAck] = this.maxToAck;
    ints[side + SideInt.repeatedAcks] = this.duplicateAcks;
  }
}

/** One TCP segment in numbers. Reused for every packet. */
export interface Segment {
  sequence: number;
  acknowledgment: number;
  length: number;
  flags: number;
  window: number;
  atNs: number;
}

/** Round trips that tell reordering from sending again; 0 where unknown. Reused for every packet. */
export interface Path {
  /** Wireshark's initial round trip, of the whole path. */
  firstRttNs: number;
  /** Between the vantage and the segment's sender. */
  senderRttNs: number;
}

/**
 * Judges a segment by Wireshark's rules (epan/dissectors/packet-tcp.c, tcp_analyze_sequence_number, version 4.0; the order of
 * the tests matters and follows it), but for where it is known to be wrong, see {@link resendMarks}. Returns {@link Mark} bits and
 * updates the direction's state. HOT PATH.
 */
export function analyze(forward: SequenceState, reverse: SequenceState, segment: Segment, path: Path): number {
  setBases(forward, reverse, segment);
  let marks = 0;
  const { sequence, acknowledgment, length, flags } = segment;
  const isPlain = (flags & NEVER_DATA) === 0;
  const isNext = sequence === forward.next;
  if (length === 1 && isNext && reverse.window === 0) {
    marks = Mark.zeroWindowProbe;
  } else {
    marks = forwardMarks(forward, reverse, segment, isPlain, isNext);
  }
  if (acknowledgment !== forward.lastAck) forward.duplicateAcks = 0;
  if (reverse.maxToAck !== 0 && distance(reverse.maxToAck, acknowledgment) > 0 && (flags & TcpFlag.ack) !== 0) {
    marks |= ackBeyondSight(reverse);
  }
  if (length > 0 || (flags & (TcpFlag.syn | TcpFlag.fin)) !== 0) {
    marks |= resendMarks(forward, reverse, segment, path, marks);
  }
  remember(forward, segment, marks);
  return marks;
}

/**
 * An ACK of what was not seen. Where something was seen behind the hole, the sight moves on to there. Where nothing was, the loss is said once, and
 * again only after the other side has acknowledged something new: while it is silent, every further ACK speaks of the same loss.
 */
function ackBeyondSight(reverse: SequenceState): number {
  if (distance(reverse.maxToAck, reverse.next) > 0) {
    reverse.maxToAck = reverse.next;
    return Mark.ackLostSegment;
  }
  const isNews = reverse.duplicateAcks === 0;
  reverse.duplicateAcks = LOSS_WAS_SAID;
  return isNews ? Mark.ackLostSegment : 0;
}

function setBases(forward: SequenceState, reverse: SequenceState, { sequence, acknowledgment, flags }: Segment): void {
  if (!forward.hasBase) {
    forward.base = (flags & TcpFlag.syn) === 0 ? plus(sequence, -1) : sequence;
    forward.hasBase = true;
  }
  if (!reverse.hasBase && (flags & TcpFlag.ack) !== 0) {
    reverse.base = plus(acknowledgment, -1);
    reverse.hasBase = true;
  }
}

/** Windows, keep-alives, holes and duplicate ACKs. */
function forwardMarks(
  forward: SequenceState,
  reverse: SequenceState,
  segment: Segment,
  isPlain: boolean,
  isNext: boolean,
): number {
  const { sequence, acknowledgment, length, flags, window } = segment;
  let marks = 0;
  if (window === 0 && isPlain) marks |= Mark.zeroWindow;
  if (forward.next !== 0 && distance(forward.next, sequence) > 0 && (flags & TcpFlag.rst) === 0)
    marks |= Mark.lostSegment;
  if (length <= 1 && isPlain && forward.next !== 0 && sequence === plus(forward.next, -1)) marks |= Mark.keepAlive;
  const repeatsAck = acknowledgment === forward.lastAck;
  if (length === 0 && window !== 0 && window !== forward.window && isNext && repeatsAck && isPlain)
    marks |= Mark.windowUpdate;
  if (length > 0 && isPlain && reverse.windowScale !== -1 && fillsWindow(reverse, sequence, length))
    marks |= Mark.windowFull;
  if (length !== 0 || !isPlain || !isNext || window !== forward.window) return marks;
  if (window !== 0 && repeatsAck && (reverse.lastMarks & Mark.keepAlive) !== 0) return marks | Mark.keepAliveAck;
  if (window === 0 && (reverse.lastMarks & Mark.zeroWindowProbe) !== 0) {
    if (repeatsAck) return marks | Mark.zeroWindowProbeAck;
    if (acknowledgment === plus(forward.lastAck, 1)) {
      // The receiver took the probe's byte after all.
      reverse.next = acknowledgment;
      reverse.maxToAck = acknowledgment;
      return marks | Mark.zeroWindowProbeAck;
    }
  }
  if (window !== 0 && repeatsAck) {
    forward.duplicateAcks = forward.duplicateAcks === LOSS_WAS_SAID ? 1 : forward.duplicateAcks + 1;
    marks |= Mark.duplicateAck;
  }
  return marks;
}

function fillsWindow(reverse: SequenceState, sequence: number, length: number): boolean {
  if (reverse.window < 0) return false;
  const shift = reverse.isFirstAck || reverse.windowScale < 0 ? 0 : reverse.windowScale;
  return plus(sequence, length) === plus(reverse.lastAck, reverse.window << shift);
}

/**
 * Retransmission in its kinds, or reordering. Wireshark calls much of what a distant sender sends again reordered; Weir does not, in two cases: bytes
 * that passed this place before cannot be late, and an answer to duplicate ACKs has to come from as far as its sender is.
 */
function resendMarks(
  forward: SequenceState,
  reverse: SequenceState,
  segment: Segment,
  { firstRttNs, senderRttNs }: Path,
  marks: number,
): number {
  const { sequence, length, atNs } = segment;
  let isOld = forward.next !== 0 && distance(forward.next, sequence) < 0;
  if (isOld && (marks & Mark.keepAlive) !== 0) return 0;
  if (length > 1 && forward.next !== 0 && plus(forward.next, -1) === sequence) isOld = false;
  if (length > 0 && reverse.lastAck !== 0 && distance(reverse.lastAck, plus(sequence, length)) <= 0) {
    return Mark.retransmission | Mark.spuriousRetransmission;
  }
  if (!isOld) return 0;
  if (reverse.lastAck === sequence && isAnswerToAcks(reverse, atNs, senderRttNs)) {
    return Mark.retransmission | Mark.fastRetransmission;
  }
  const end = plus(sequence, length);
  if (forward.maxToAck !== 0 && distance(end, forward.maxToAck) >= 0) return Mark.retransmission;
  const threshold = firstRttNs === 0 ? REORDER_NS : firstRttNs;
  if (atNs - forward.nextAtNs < threshold && forward.next !== end) return Mark.outOfOrder;
  return Mark.retransmission;
}

/** Two duplicate ACKs just before, as Wireshark asks for; or three, as TCP does (RFC 5681 §3.2), and the way of them to the sender and back. */
function isAnswerToAcks({ duplicateAcks, lastAckAtNs }: SequenceState, atNs: number, senderRttNs: number): boolean {
  const sinceNs = atNs - lastAckAtNs;
  return (duplicateAcks >= 2 && sinceNs < FAST_NS) || (duplicateAcks >= 3 && sinceNs < FAST_NS + senderRttNs);
}

function remember(forward: SequenceState, segment: Segment, marks: number): void {
  const { sequence, acknowledgment, length, flags, window, atNs } = segment;
  const takesOne = (flags & (TcpFlag.syn | TcpFlag.fin)) !== 0 ? 1 : 0;
  const end = plus(sequence, length + takesOne);
  const isProbe = (marks & Mark.zeroWindowProbe) !== 0;
  const isReset = (flags & TcpFlag.rst) !== 0;
  if (!isProbe && !isReset && (forward.next === 0 || distance(forward.next, end) > 0)) {
    forward.next = end;
    forward.nextAtNs = atNs;
  }
  if (!isProbe && (forward.maxToAck === 0 || sequence === forward.maxToAck)) {
    forward.maxToAck = forward.next;
  }
  forward.window = window;
  forward.isFirstAck = (flags & (TcpFlag.syn | TcpFlag.ack)) === (TcpFlag.syn | TcpFlag.ack);
  forward.lastAck = acknowledgment;
  forward.lastAckAtNs = atNs;
  forward.lastMarks = marks;
}

import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { Real } from "../memory/connection-record.ts";
import { analyze, type Path, type Segment, SequenceState } from "./analysis.ts";

// Reused for every packet: nothing is allocated on the way of a segment.
const segment: Segment = { sequence: 0, acknowledgment: 0, length: 0, flags: 0, window: 0, atNs: 0 };
const path: Path = { firstRttNs: 0, senderRttNs: 0 };
const forwardState = new SequenceState();
const reverseState = new SequenceState();

/** Gives a segment to sequence analysis with what its connection's record remembers, and stores what that changes. Returns its `Mark` bits. */
export function judge(
  memory: ConnectionMemory,
  packet: Packet,
  forward: number,
  reverse: number,
  fromClient: boolean,
): number {
  const { ints, reals, base } = memory;
  segment.sequence = packet.tcpSequence | 0;
  segment.acknowledgment = packet.tcpAcknowledgment | 0;
  segment.length = packet.payloadBytes;
  segment.flags = packet.tcpFlags;
  segment.window = packet.tcpWindow;
  segment.atNs = packet.atNs;
  forwardState.load(ints, reals, forward);
  reverseState.load(ints, reals, reverse);
  path.firstRttNs = reals[(base >> 1) + Real.firstRttNs]!;
  // Asked for only where duplicate ACKs may have been answered: see analysis.ts.
  path.senderRttNs = reverseState.duplicateAcks > 0 ? handshakeRttNs(reals, base >> 1, fromClient) : 0;
  const marks = analyze(forwardState, reverseState, segment, path);
  forwardState.storeForward(ints, reals, forward);
  reverseState.storeReverse(ints, reverse);
  return marks;
}

/** The round trip between the vantage and a side, as its part of the handshake took; 0 while unknown. `real` is the record's base in `reals`. */
export function handshakeRttNs(reals: Float64Array, real: number, ofClient: boolean): number {
  const answeredAtNs = reals[real + Real.lastSynAckAtNs]!;
  const durationNs = ofClient
    ? reals[real + Real.handshakeAtNs]! - answeredAtNs
    : answeredAtNs - reals[real + Real.lastSynAtNs]!;
  return Number.isFinite(durationNs) ? Math.max(0, durationNs) : 0;
}

import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { SideInt, SideReal } from "../memory/connection-record.ts";
import { TroubleInt } from "../memory/trouble-record.ts";
import { Mark } from "./analysis.ts";
import { plus } from "./sequence.ts";

/** The shortest retransmission timer that is in use (Linux; RFC 6298 §2.4 asks for a second). */
const SHORTEST_TIMEOUT_NS = 200e6;
/** A tail loss probe waits two round trips (RFC 8985 §7.2); what the vantage sees of one is a little less. */
const PROBE_ROUND_TRIPS = 1.5;
/** And it never waits less than this. */
const SHORTEST_PROBE_NS = 1e6;

/**
 * Says of a segment that was sent again what made its sender do so (timer, probe; fast ones are counted by analysis.ts), and where the first one was
 * lost: bytes that are new here were lost before the vantage, bytes that had passed, behind it. What the other side had already was not lost.
 */
export function noteResent(
  memory: ConnectionMemory,
  forward: number,
  reverse: number,
  packet: Packet,
  marks: number,
  freshBytes: number,
): void {
  const side = forward - memory.base;
  if (freshBytes > 0) memory.countTrouble(side, TroubleInt.lostBefore);
  else if ((marks & Mark.spuriousRetransmission) === 0) memory.countTrouble(side, TroubleInt.lostAfter);
  if ((marks & Mark.fastRetransmission) !== 0) return;
  const cause = causeOf(memory, forward, reverse, packet);
  if (cause !== undefined) memory.countTrouble(side, cause);
}

function causeOf(
  { ints, reals }: ConnectionMemory,
  forward: number,
  reverse: number,
  packet: Packet,
): number | undefined {
  // The timer begins anew with what was sent last, and with what was acknowledged last.
  const sinceNs =
    packet.atNs - Math.max(reals[(forward >> 1) + SideReal.nextAtNs]!, reals[(reverse >> 1) + SideReal.lastAckAtNs]!);
  if (sinceNs >= SHORTEST_TIMEOUT_NS) return TroubleInt.timeoutRetransmissions;
  const isTail = plus(packet.tcpSequence, packet.payloadBytes) === ints[forward + SideInt.next];
  const samples = ints[forward + SideInt.rttSamples]!;
  const roundTripNs = samples === 0 ? 0 : reals[(forward >> 1) + SideReal.rttSumNs]! / samples;
  const waitedNs = Math.max(SHORTEST_PROBE_NS, PROBE_ROUND_TRIPS * roundTripNs);
  return isTail && sinceNs >= waitedNs ? TroubleInt.tailLossProbes : undefined;
}

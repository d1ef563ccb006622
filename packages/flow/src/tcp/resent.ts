import { type Packet, TcpFlag } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { CLIENT, SideInt, SideReal } from "../memory/connection-record.ts";
import { TroubleInt, troubleSide } from "../memory/trouble-record.ts";
import { highestAckOf } from "./ack-progress.ts";
import { Mark } from "./analysis.ts";
import { restartTimer, timerSinceNs } from "./resend-timer.ts";
import { ResentStarts } from "./resent-starts.ts";
import { distance, isWithinWindow, plus } from "./sequence.ts";

/** The shortest retransmission timer that is in use (Linux: 200 ms; RFC 6298 §2.4 asks for a second), less what jitter may take of it. */
const SHORTEST_TIMEOUT_NS = 195e6;
/** A tail loss probe waits two round trips (RFC 8985 §7.2); what the vantage sees of one is a little less. */
const PROBE_ROUND_TRIPS = 1.5;
/** And it never waits less than this. */
const SHORTEST_PROBE_NS = 1e6;

/**
 * Says of a segment that was sent again what made its sender do so (timer, probe, selective ACKs; duplicate ACKs are counted by analysis.ts), and where the
 * first one was lost: bytes that are new here were lost before the vantage, bytes that had passed, behind it. What the other side had already was not lost;
 * nor is it known to be where the other side never spoke.
 */
export function noteResent(
  memory: ConnectionMemory,
  forward: number,
  reverse: number,
  packet: Packet,
  marks: number,
  isNew: boolean,
): void {
  const { ints, base } = memory;
  const side = forward - base;
  const sequence = packet.tcpSequence | 0;
  const end = endOf(packet);
  const hasAnswer = ints[reverse + SideInt.packets]! > 0;
  const acknowledged = highestAckOf(memory, reverse);
  const wasThere = hasAnswer && acknowledged !== 0 && distance(acknowledged, end) <= 0;
  const isFirst = acknowledged === 0 || distance(acknowledged, sequence) <= 0;
  // What the other side had says nothing of the way; but that a SYN or FIN was sent after a timer, nothing else would say.
  const hasPayload = packet.payloadBytes > 0;
  const isNeedless = wasThere && hasPayload;
  const isFast = (marks & Mark.fastRetransmission) !== 0;
  const cause =
    isNeedless || isFast ? undefined : causeOf(memory, forward, reverse, packet, isFirst, acknowledged, wasThere);
  if (isNew) memory.countTrouble(side, TroubleInt.lostBefore);
  else if (hasAnswer && !wasThere && (hasPayload || cause !== undefined)) {
    memory.countTrouble(side, TroubleInt.lostAfter);
    startsOf(memory, side).add(sequence);
  }
  if (isNeedless) return;
  if (cause !== undefined) memory.countTrouble(side, cause);
  if (cause === TroubleInt.timeoutRetransmissions)
    memory.trouble.ints[memory.needTrouble() + troubleSide(side) + TroubleInt.timedOutTo] =
      ints[forward + SideInt.next]!;
  const restarts = cause === TroubleInt.timeoutRetransmissions || cause === TroubleInt.tailLossProbes;
  if (isFirst || restarts) restartTimer(memory, side, packet.atNs);
}

/** The other side said that bytes came twice: what was sent again there had not been lost. `side` is CLIENT or SERVER, and sent them. */
export function takeBackLosses(memory: ConnectionMemory, side: number, from: number, to: number): void {
  const { extras } = memory;
  const starts = side === CLIENT ? extras?.clientResent : extras?.serverResent;
  const taken = starts?.takeWithin(from, to) ?? 0;
  if (taken > 0) memory.countTrouble(side, TroubleInt.lostAfter, -taken);
}

/** The counter of what made the sender send again; undefined where it went behind one that the timer sent, or nothing tells. */
function causeOf(
  memory: ConnectionMemory,
  forward: number,
  reverse: number,
  packet: Packet,
  isFirst: boolean,
  acknowledged: number,
  wasThere: boolean,
): number | undefined {
  const { ints, reals } = memory;
  const { tcpSequence } = packet;
  const end = endOf(packet);
  const isTail = end === ints[forward + SideInt.next];
  const hasSacksBehind = isSackedBehind(memory, reverse, end);
  const waitedNs = packet.atNs - timerSinceNs(memory, forward, reverse, isTail, wasThere);
  // The timer sends the first that is not acknowledged, a probe the last.
  const mayBeTimer = isFirst || !(isTail || hasSacksBehind);
  if (mayBeTimer && waitedNs >= SHORTEST_TIMEOUT_NS) return TroubleInt.timeoutRetransmissions;
  if (isBehindTimeout(memory, forward, tcpSequence | 0, acknowledged)) return undefined;
  const samples = ints[forward + SideInt.rttSamples]!;
  const roundTripNs = samples === 0 ? 0 : reals[(forward >> 1) + SideReal.rttSumNs]! / samples;
  const probeNs = Math.max(SHORTEST_PROBE_NS, PROBE_ROUND_TRIPS * roundTripNs);
  if (isTail && waitedNs >= probeNs) return TroubleInt.tailLossProbes;
  return hasSacksBehind ? TroubleInt.fastRetransmissions : undefined;
}

/** True where the other side has something behind `end`: it says so in SACK blocks. */
function isSackedBehind(memory: ConnectionMemory, reverse: number, end: number): boolean {
  const at = memory.needTrouble() + troubleSide(reverse - memory.base);
  const sackedTo = memory.trouble.ints[at + TroubleInt.sackedTo]!;
  return sackedTo !== 0 && sackedTo !== end && isWithinWindow(end, sackedTo);
}

/** True where the timer ran out before, and what it sent for is not yet acknowledged: the rest follows without waiting. */
function isBehindTimeout(memory: ConnectionMemory, forward: number, sequence: number, acknowledged: number): boolean {
  const at = memory.needTrouble() + troubleSide(forward - memory.base);
  const timedOutTo = memory.trouble.ints[at + TroubleInt.timedOutTo]!;
  if (timedOutTo === 0 || timedOutTo === sequence || timedOutTo === acknowledged) return false;
  return isWithinWindow(sequence, timedOutTo) && isWithinWindow(acknowledged, timedOutTo);
}

function startsOf(memory: ConnectionMemory, side: number): ResentStarts {
  const extras = memory.needExtras();
  if (side === CLIENT) extras.clientResent ??= new ResentStarts();
  else extras.serverResent ??= new ResentStarts();
  return (side === CLIENT ? extras.clientResent : extras.serverResent) as ResentStarts;
}

/** SYN and FIN take a number each. */
function endOf({ tcpSequence, tcpFlags, payloadBytes }: Packet): number {
  return plus(tcpSequence, payloadBytes + ((tcpFlags & (TcpFlag.syn | TcpFlag.fin)) === 0 ? 0 : 1));
}

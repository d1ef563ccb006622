import { ConnectionFlag, Int, NEVER, SideInt, SideReal } from "../memory/connection-record.ts";
import { TroubleInt, TroubleReal } from "../memory/trouble-record.ts";
import { Mark } from "../tcp/analysis.ts";
import { Holes } from "../tcp/holes.ts";
import { beginTiming } from "../tcp/round-trips.ts";
import { distance, plus } from "../tcp/sequence.ts";
import { noteThroughput } from "../throughput.ts";
import { noteTurn } from "../turns.ts";
import type { Arrival } from "./arrival.ts";
import { ChunkField, type Chunks } from "./chunks.ts";

/** A TSN that is farther away belongs to what the capture has not seen the beginning of, or to nobody: no hole is made of it. */
const MAX_JUMP = 1 << 16;
/** So many reports of a hole make a sender send again at once (RFC 9260 §7.2.4); fewer, and its timer did it. */
const FAST_REPORTS = 3;

/** DATA or I-DATA: counts it, and says whether its TSN is new, late, or was sent before. */
export function takeData(arrival: Arrival, chunk: Chunks): number {
  const { memory, forward, sender, packet, isCopy, fromClient } = arrival;
  const { ints, reals, base } = memory;
  const bytes = Math.max(0, chunk.length - chunk.dataHeaderBytes);
  const real = forward >> 1;
  noteThroughput(memory, packet.atNs);
  if (reals[real + SideReal.firstDataAtNs] === NEVER) reals[real + SideReal.firstDataAtNs] = packet.atNs;
  ints[forward + SideInt.dataSegments]! += 1;
  reals[real + SideReal.payloadBytes]! += bytes;
  if (bytes > ints[forward + SideInt.largestSegmentBytes]!) ints[forward + SideInt.largestSegmentBytes] = bytes;
  if (chunk.end - chunk.at < chunk.length) ints[base + Int.flags]! |= ConnectionFlag.cutPayload;
  if (!chunk.has(ChunkField.tsn + 4)) return 0;
  const tsn = chunk.uint32(ChunkField.tsn) | 0;
  const ahead = sender.nextTsn === undefined ? 0 : distance(sender.nextTsn, tsn);
  if (ahead < 0 && ahead > -MAX_JUMP) return isCopy ? repeat(arrival, bytes) : takeEarlier(arrival, tsn, bytes);
  let marks = 0;
  if (ahead > 0 && ahead < MAX_JUMP) marks = jumpTo(arrival, tsn);
  sender.nextTsn = plus(tsn, 1);
  ints[forward + SideInt.next] = sender.nextTsn;
  if (reals[real + SideReal.timedAtNs] === NEVER) beginTiming(memory, forward, packet.atNs, tsn);
  noteTurn(memory, packet.atNs, fromClient);
  return marks;
}

/** TSNs were left out: they were lost on their way to the vantage, come late, or were not captured. */
function jumpTo({ memory, forward, sender, fromClient }: Arrival, tsn: number): number {
  const extras = memory.needExtras();
  const holes = (fromClient ? extras.clientHoles : extras.serverHoles) ?? new Holes();
  if (fromClient) extras.clientHoles = holes;
  else extras.serverHoles = holes;
  holes.add(sender.nextTsn ?? tsn, tsn);
  memory.countTrouble(forward - memory.base, TroubleInt.lostSegments);
  return Mark.lostSegment;
}

/** A TSN before the highest: one that was overtaken, or that is sent again. */
function takeEarlier(arrival: Arrival, tsn: number, bytes: number): number {
  const { memory, forward, sender, packet, fromClient } = arrival;
  const side = forward - memory.base;
  const holes = fromClient ? memory.extras?.clientHoles : memory.extras?.serverHoles;
  const isNew = (holes?.fill(tsn, plus(tsn, 1)) ?? 0) > 0;
  const isMissed = sender.sackedTo !== undefined && distance(tsn, sender.sackedTo) > 0;
  if (isNew) noteTurn(memory, packet.atNs, fromClient);
  if (isNew && !isMissed) {
    memory.countTrouble(side, TroubleInt.outOfOrder);
    return Mark.outOfOrder;
  }
  const isSpurious = sender.acknowledgedTo !== undefined && distance(tsn, sender.acknowledgedTo) > 0;
  const isFast = isMissed && sender.gapReports >= FAST_REPORTS;
  memory.countTrouble(side, isFast ? TroubleInt.fastRetransmissions : TroubleInt.timeoutRetransmissions);
  memory.countTrouble(side, TroubleInt.dataRetransmissions);
  if (isSpurious) memory.countTrouble(side, TroubleInt.spuriousRetransmissions);
  else memory.countTrouble(side, isNew ? TroubleInt.lostBefore : TroubleInt.lostAfter);
  memory.addTrouble(side, TroubleReal.resentBytes, bytes);
  // Which of the two an acknowledgment answers is not known (Karn's rule).
  memory.reals[(forward >> 1) + SideReal.timedAtNs] = NEVER;
  const kind = (isFast ? Mark.fastRetransmission : 0) | (isSpurious ? Mark.spuriousRetransmission : 0);
  return kind | repeat(arrival, isNew ? 0 : bytes);
}

/** Sent again, by its host or as a copy on the way. */
function repeat({ memory, forward }: Arrival, seenBytes: number): number {
  const side = forward - memory.base;
  memory.countTrouble(side, TroubleInt.retransmissions);
  memory.addTrouble(side, TroubleReal.repeatedBytes, seenBytes);
  return Mark.retransmission;
}

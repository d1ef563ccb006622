import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { NEVER, NO_RECORD, SideFlag, SideInt, SideReal } from "../memory/connection-record.ts";
import { countRoundTrip } from "../memory/round-trip-histogram.ts";
import { TroubleInt } from "../memory/trouble-record.ts";
import { timestampsAt } from "./options.ts";
import { keepTimer } from "./resend-timer.ts";

/** Samples that smallest, largest and sum describe well enough: from the next one on a histogram is kept. */
const FEW_SAMPLES = 4;
const NS_PER_US = 1e3;

/** Begins to time a segment that was sent for the first time. HOT PATH. */
export function beginTiming({ ints, reals }: ConnectionMemory, forward: number, atNs: number, end: number): void {
  reals[(forward >> 1) + SideReal.timedAtNs] = atNs;
  ints[forward + SideInt.timedEnd] = end;
  ints[forward + SideInt.flags]! &= ~SideFlag.timedByStamp;
}

/**
 * The other side has something behind a hole: what is timed is acknowledged only when that is filled, and then says nothing of the way. Not so where a time
 * stamp will tell.
 */
export function stopTiming(memory: ConnectionMemory, forward: number, reverse: number): void {
  const { ints, reals } = memory;
  if (reals[(forward >> 1) + SideReal.timedAtNs] === NEVER) return;
  if ((ints[forward + SideInt.flags]! & SideFlag.timedByStamp) !== 0) return;
  keepTimer(memory, forward, reverse);
  reals[(forward >> 1) + SideReal.timedAtNs] = NEVER;
}

/**
 * A segment was sent again: which of the two an ACK answers is not known (Karn's rule), unless it echoes the time stamp of the later one. Reordered
 * ones are not timed at all.
 */
export function timeAgain(
  memory: ConnectionMemory,
  forward: number,
  reverse: number,
  packet: Packet,
  isResent: boolean,
): void {
  const { ints, reals } = memory;
  keepTimer(memory, forward, reverse);
  const at = isResent ? timestampsAt(packet) : -1;
  const end = (packet.tcpSequence + packet.payloadBytes) | 0;
  if (at < 0) {
    reals[(forward >> 1) + SideReal.timedAtNs] = NEVER;
    return;
  }
  reals[(forward >> 1) + SideReal.timedAtNs] = packet.atNs;
  ints[forward + SideInt.timedEnd] = end;
  ints[forward + SideInt.timedStamp] = packet.view.getInt32(at);
  ints[forward + SideInt.flags]! |= SideFlag.timedByStamp;
}

/** Takes a round trip that a side's data measured. */
export function sampleRoundTrip(memory: ConnectionMemory, side: number, durationNs: number): void {
  const { ints, reals } = memory;
  const real = side >> 1;
  const samples = ints[side + SideInt.rttSamples]!;
  const durationUs = durationNs / NS_PER_US;
  if (samples >= FEW_SAMPLES) keepInHistogram(memory, side, durationNs);
  ints[side + SideInt.rttSamples] = samples + 1;
  reals[real + SideReal.rttSumNs]! += durationNs;
  reals[real + SideReal.rttSquaresUs]! += durationUs * durationUs;
  if (durationNs < reals[real + SideReal.rttMinNs]!) reals[real + SideReal.rttMinNs] = durationNs;
  if (durationNs > reals[real + SideReal.rttMaxNs]!) reals[real + SideReal.rttMaxNs] = durationNs;
}

/** The first few were not kept one by one: the histogram begins with their smallest, their largest, and the mean of the others. */
function keepInHistogram(memory: ConnectionMemory, side: number, durationNs: number): void {
  const { ints, reals, histograms } = memory;
  const isFirst = ints[side + SideInt.histogram] === NO_RECORD;
  if (isFirst) ints[side + SideInt.histogram] = histograms.allocate();
  const at = histograms.select(ints[side + SideInt.histogram]!);
  if (isFirst) {
    const real = side >> 1;
    const [minNs, maxNs] = [reals[real + SideReal.rttMinNs]!, reals[real + SideReal.rttMaxNs]!];
    const others = FEW_SAMPLES - 2;
    countRoundTrip(histograms.ints, at, minNs, 1);
    countRoundTrip(histograms.ints, at, maxNs, 1);
    countRoundTrip(histograms.ints, at, (reals[real + SideReal.rttSumNs]! - minNs - maxNs) / others, others);
  }
  countRoundTrip(histograms.ints, at, durationNs, 1);
}

/** Counts a round trip that only a time stamp's echo made sure; `side` is CLIENT or SERVER. */
export function countTimed(memory: ConnectionMemory, side: number): void {
  memory.countTrouble(side, TroubleInt.rttByTimestamp);
}

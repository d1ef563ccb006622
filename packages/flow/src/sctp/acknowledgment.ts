import { NEVER, SideFlag, SideInt, SideReal } from "../memory/connection-record.ts";
import { TroubleInt } from "../memory/trouble-record.ts";
import { Mark } from "../tcp/analysis.ts";
import { sampleRoundTrip } from "../tcp/round-trips.ts";
import { distance, plus } from "../tcp/sequence.ts";
import { noteClosedWindow, noteWindowBytes } from "../tcp/window.ts";
import type { Arrival } from "./arrival.ts";
import { ChunkField, type Chunks } from "./chunks.ts";

/** Bytes of one gap ack block: where it begins and ends, counted from the cumulative TSN on (RFC 9260 §3.3.4). */
const GAP_BLOCK_BYTES = 4;

/** SACK: what of the other side's has arrived, what stands behind holes, and how much room there is. */
export function takeSack(arrival: Arrival, chunk: Chunks): number {
  if (!chunk.has(ChunkField.sackEnd)) return 0;
  const { memory, forward, packet } = arrival;
  const windowBytes = chunk.uint32(ChunkField.sackWindow);
  noteWindowBytes(memory, forward, windowBytes);
  const side = forward - memory.base;
  const wasClosed = (memory.ints[forward + SideInt.flags]! & SideFlag.windowClosed) !== 0;
  if (wasClosed || windowBytes === 0)
    noteClosedWindow(memory, forward, windowBytes === 0, windowBytes > 0, packet.atNs);
  if (windowBytes === 0) memory.countTrouble(side, TroubleInt.zeroWindows);
  const marks = acknowledge(arrival, chunk.uint32(ChunkField.cumulativeTsn) | 0);
  if (!arrival.isCopy) takeBlocks(arrival, chunk);
  return marks | (windowBytes === 0 ? Mark.zeroWindow : 0);
}

/** All TSNs up to `cumulative` have arrived: the one that is timed, and those that the capture missed. */
export function acknowledge({ memory, forward, reverse, receiver, packet }: Arrival, cumulative: number): number {
  const { ints, reals, base } = memory;
  const arrived = plus(cumulative, 1);
  if (receiver.acknowledgedTo !== undefined && distance(receiver.acknowledgedTo, arrived) <= 0) return 0;
  receiver.acknowledgedTo = arrived;
  ints[forward + SideInt.lastAck] = arrived;
  const timedAt = (reverse >> 1) + SideReal.timedAtNs;
  if (reals[timedAt] !== NEVER && distance(ints[reverse + SideInt.timedEnd]!, cumulative) >= 0) {
    sampleRoundTrip(memory, reverse, Math.max(0, packet.atNs - reals[timedAt]!));
    reals[timedAt] = NEVER;
  }
  if (receiver.nextTsn === undefined || distance(receiver.nextTsn, arrived) <= 0) return 0;
  receiver.nextTsn = arrived;
  memory.countTrouble(forward - base, TroubleInt.unseenAcked);
  return Mark.ackLostSegment;
}

/** Gap ack blocks and duplicate TSNs, which are of the same size; no more of them than there is room for in the chunk. */
function takeBlocks({ memory, forward, receiver }: Arrival, chunk: Chunks): void {
  const side = forward - memory.base;
  const room = Math.max(0, Math.floor((chunk.length - ChunkField.sackEnd) / GAP_BLOCK_BYTES));
  const blocks = Math.min(chunk.uint16(ChunkField.gapBlocks), room);
  const duplicates = Math.min(chunk.uint16(ChunkField.duplicates), room - blocks);
  if (duplicates > 0) memory.countTrouble(side, TroubleInt.duplicateSacks, duplicates);
  if (blocks === 0) {
    receiver.gapReports = 0;
    return;
  }
  memory.countTrouble(side, TroubleInt.sackBlocks, blocks);
  receiver.gapReports += 1;
  const lastBlock = ChunkField.sackEnd + (blocks - 1) * GAP_BLOCK_BYTES;
  if (!chunk.has(lastBlock + GAP_BLOCK_BYTES)) return;
  const highest = plus(chunk.uint32(ChunkField.cumulativeTsn) | 0, chunk.uint16(lastBlock + 2));
  if (receiver.sackedTo === undefined || distance(receiver.sackedTo, highest) > 0) receiver.sackedTo = highest;
}

import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { TroubleInt, troubleSide } from "../memory/trouble-record.ts";
import { readOptions } from "./options.ts";
import { takeBackLosses } from "./resent.ts";
import { stopTiming } from "./round-trips.ts";
import { distance } from "./sequence.ts";

/**
 * Takes blocks of selective acknowledgment. Where the first one says that bytes came twice (it ends at or below what is acknowledged, or lies within the
 * second one, RFC 2883 §4), what was sent again there had not been lost. The others say what arrived behind a hole.
 */
export function noteSacks(memory: ConnectionMemory, forward: number, reverse: number, packet: Packet): void {
  const { sackAt, sackBlocks } = readOptions(packet);
  if (sackBlocks === 0) return;
  const { base } = memory;
  memory.countTrouble(forward - base, TroubleInt.sackBlocks, sackBlocks);
  const isTwice = saysTwice(packet, sackAt, sackBlocks);
  if (isTwice) {
    memory.countTrouble(forward - base, TroubleInt.duplicateSacks);
    takeBackLosses(memory, reverse - base, packet.view.getInt32(sackAt), packet.view.getInt32(sackAt + 4));
  }
  if (isTwice && sackBlocks === 1) return;
  // What is timed lies behind a hole: it is acknowledged when that is filled.
  stopTiming(memory, reverse, forward);
  const at = memory.needTrouble() + troubleSide(forward - base) + TroubleInt.sackedTo;
  const { ints } = memory.trouble;
  for (let block = isTwice ? 1 : 0; block < sackBlocks; block += 1) {
    const right = packet.view.getInt32(sackAt + 8 * block + 4);
    if (ints[at] === 0 || distance(ints[at]!, right) > 0) ints[at] = right;
  }
}

function saysTwice({ view, tcpAcknowledgment }: Packet, sackAt: number, sackBlocks: number): boolean {
  const left = view.getInt32(sackAt);
  const right = view.getInt32(sackAt + 4);
  if (distance(right, tcpAcknowledgment | 0) >= 0) return true;
  return (
    sackBlocks > 1 && distance(view.getInt32(sackAt + 8), left) >= 0 && distance(right, view.getInt32(sackAt + 12)) >= 0
  );
}

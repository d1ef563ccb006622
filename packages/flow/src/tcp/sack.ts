import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { TroubleInt } from "../memory/trouble-record.ts";
import { readOptions } from "./options.ts";
import { distance } from "./sequence.ts";

/**
 * Counts blocks of selective acknowledgment, and those that say that bytes came twice: the first block ends at or below what is acknowledged, or lies within
 * the second one (RFC 2883 §4).
 */
export function noteSacks(memory: ConnectionMemory, forward: number, packet: Packet): void {
  const { sackAt, sackBlocks } = readOptions(packet);
  if (sackBlocks === 0) return;
  const side = forward - memory.base;
  memory.countTrouble(side, TroubleInt.sackBlocks, sackBlocks);
  const { view, tcpAcknowledgment } = packet;
  const left = view.getInt32(sackAt);
  const right = view.getInt32(sackAt + 4);
  const isBelow = distance(right, tcpAcknowledgment | 0) >= 0;
  const isWithin =
    sackBlocks > 1 &&
    distance(view.getInt32(sackAt + 8), left) >= 0 &&
    distance(right, view.getInt32(sackAt + 12)) >= 0;
  if (isBelow || isWithin) memory.countTrouble(side, TroubleInt.duplicateSacks);
}

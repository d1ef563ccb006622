import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { SideInt, SideReal } from "../memory/connection-record.ts";
import { highestAckOf } from "./ack-progress.ts";
import { distance, LARGEST_WINDOW_BYTES, plus } from "./sequence.ts";

/**
 * Takes what a side has sent beyond what the other one acknowledged, after a segment of its payload: Wireshark's bytes in flight, of payload alone. By
 * the other side's last ACK it is rarely more than ever before; only then it is looked at more closely. HOT PATH.
 */
export function noteInFlight(memory: ConnectionMemory, forward: number, reverse: number): void {
  const { ints } = memory;
  const acknowledged = ints[reverse + SideInt.lastAck]!;
  const inFlightBytes = distance(acknowledged, ints[forward + SideInt.goodEnd]!);
  if (acknowledged === 0 || inFlightBytes > ints[forward + SideInt.maxInFlightBytes]!)
    raiseInFlight(memory, forward, reverse);
}

/**
 * ACKs may be missing (then all of it is in flight), overtaken, or from before the capture or from another connection on the same ports: it is never
 * more than what this side sent here, and never more than the largest window.
 */
function raiseInFlight(memory: ConnectionMemory, forward: number, reverse: number): void {
  const { ints, reals } = memory;
  const start = plus(ints[forward + SideInt.base]!, 1);
  const end = ints[forward + SideInt.goodEnd]!;
  const sentBytes = distance(start, end);
  const acknowledged = highestAckOf(memory, reverse);
  // Zero is a number like any other where this side's numbers pass it; elsewhere it is what stands in a SYN.
  const isUnknown = acknowledged === 0 && (distance(start, 0) < 0 || distance(0, end) < 0);
  let inFlightBytes = isUnknown ? sentBytes : distance(acknowledged, end);
  const hasFew = reals[(forward >> 1) + SideReal.payloadBytes]! < LARGEST_WINDOW_BYTES;
  if (hasFew && sentBytes < inFlightBytes) inFlightBytes = sentBytes;
  if (inFlightBytes > ints[forward + SideInt.maxInFlightBytes]! && inFlightBytes <= LARGEST_WINDOW_BYTES)
    ints[forward + SideInt.maxInFlightBytes] = inFlightBytes;
}

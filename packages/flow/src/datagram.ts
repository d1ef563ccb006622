import type { Packet } from "@weir/wire";
import { countPacket } from "./count-packet.ts";
import type { ConnectionMemory } from "./memory/connection-memory.ts";
import { CLIENT, ConnectionFlag, Int, NEVER, Real, SERVER, SideInt, SideReal } from "./memory/connection-record.ts";
import { noteStall } from "./stall.ts";
import { noteThroughput } from "./throughput.ts";
import { noteTurn } from "./turns.ts";

/** What one datagram changes in its connection's record, the memory's current one. HOT PATH. */
export function takeDatagram(memory: ConnectionMemory, packet: Packet, fromClient: boolean): void {
  const { ints, reals, base } = memory;
  const forward = base + (fromClient ? CLIENT : SERVER);
  const real = forward >> 1;
  const { atNs, payloadBytes } = packet;
  if (atNs - reals[(base >> 1) + Real.lastAtNs]! > reals[(base >> 1) + Real.longestStallNs]!)
    noteStall(memory, packet, fromClient);
  countPacket(memory, packet, forward);
  if (reals[real + SideReal.firstDataAtNs] === NEVER) reals[real + SideReal.firstDataAtNs] = atNs;
  if (payloadBytes === 0) return;
  noteThroughput(memory, atNs);
  ints[forward + SideInt.dataSegments]! += 1;
  reals[real + SideReal.payloadBytes]! += payloadBytes;
  if (payloadBytes > ints[forward + SideInt.largestSegmentBytes]!)
    ints[forward + SideInt.largestSegmentBytes] = payloadBytes;
  if (packet.payloadEnd - packet.payloadAt < payloadBytes) ints[base + Int.flags]! |= ConnectionFlag.cutPayload;
  noteTurn(memory, atNs, fromClient);
}

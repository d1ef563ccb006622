import { type Packet, TcpFlag } from "@weir/wire";
import type { ConnectionMemory } from "../memory/connection-memory.ts";
import { ConnectionFlag, countHigh, countLow, Int, NEVER, Real, SideInt } from "../memory/connection-record.ts";
import { Trouble } from "../memory/trouble-record.ts";
import { takeEnd } from "./fresh.ts";
import { keepEvidence } from "./marks.ts";
import { distance } from "./sequence.ts";

/** A FIN or reset: the first one says who began to end the connection. */
export function noteClose(memory: ConnectionMemory, forward: number, packet: Packet, fromClient: boolean): void {
  const { ints, reals, base } = memory;
  if ((packet.tcpFlags & TcpFlag.fin) !== 0) {
    countLow(ints, forward + SideInt.closes);
    if (packet.payloadBytes === 0) takeEnd(memory, forward, packet.tcpSequence | 0);
  }
  const closedAt = (base >> 1) + Real.closedAtNs;
  if (reals[closedAt] !== NEVER) return;
  reals[closedAt] = packet.atNs;
  if (!fromClient) ints[base + Int.flags]! |= ConnectionFlag.closedByServer;
}

/** Comes before the analysis: a reset without ACK overwrites what its sender acknowledged last. */
export function noteReset(
  memory: ConnectionMemory,
  packet: Packet,
  forward: number,
  reverse: number,
  fromClient: boolean,
): void {
  const { ints, reals, base } = memory;
  countHigh(ints, forward + SideInt.closes);
  if ((ints[base + Int.flags]! & ConnectionFlag.wasReset) === 0) {
    const hasAck = (packet.tcpFlags & TcpFlag.ack) !== 0;
    const acknowledged = hasAck ? packet.tcpAcknowledgment | 0 : ints[forward + SideInt.lastAck]!;
    const leftBytes = distance(acknowledged, ints[reverse + SideInt.next]!);
    ints[base + Int.flags]! |=
      ConnectionFlag.wasReset |
      (fromClient ? 0 : ConnectionFlag.resetByServer) |
      (leftBytes > 0 ? ConnectionFlag.resetTooEarly : 0);
    const trouble = memory.needTrouble();
    memory.trouble.ints[trouble + Trouble.resetTtl] = packet.ttl;
    memory.trouble.reals[(trouble >> 1) + Trouble.resetAfterNs] = packet.atNs - reals[(base >> 1) + Real.lastAtNs]!;
  }
  keepEvidence(memory, packet.number);
}

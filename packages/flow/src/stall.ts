import { STALL_REASONS, type StallReason } from "@weir/model";
import type { Packet } from "@weir/wire";
import type { ConnectionMemory } from "./memory/connection-memory.ts";
import {
  CLIENT,
  ConnectionFlag,
  Int,
  isTcpFlags,
  NEVER,
  Real,
  SERVER,
  SideFlag,
  SideInt,
  setLow,
} from "./memory/connection-record.ts";
import { distance } from "./tcp/sequence.ts";

/** The longest pause so far ends with this packet: how long it was, and what was waited for, from what the record held before. */
export function noteStall(
  memory: ConnectionMemory,
  packet: Packet,
  fromClient: boolean,
  payloadBytes = packet.payloadBytes,
): void {
  const { ints, reals, base } = memory;
  reals[(base >> 1) + Real.longestStallNs] = packet.atNs - reals[(base >> 1) + Real.lastAtNs]!;
  ints[base + Int.stallPacket] = packet.number;
  setLow(ints, base + Int.stallReason, STALL_REASONS.indexOf(reasonOf(memory, packet, fromClient, payloadBytes)));
}

function reasonOf(memory: ConnectionMemory, packet: Packet, fromClient: boolean, payloadBytes: number): StallReason {
  const { ints, reals, base } = memory;
  const flags = ints[base + Int.flags]!;
  const sawData = (flags & ConnectionFlag.sawData) !== 0;
  if ((ints[base + CLIENT + SideInt.flags]! & SideFlag.windowClosed) !== 0) return "clientWindow";
  if ((ints[base + SERVER + SideInt.flags]! & SideFlag.windowClosed) !== 0) return "serverWindow";
  if (isTcpFlags(flags) && waitsForAck(memory, packet, fromClient)) return sawData ? "acknowledgment" : "handshake";
  if (reals[(base >> 1) + Real.closedAtNs] !== NEVER) return "close";
  if (!sawData) return beforeData(memory, fromClient);
  const wasServer = (flags & ConnectionFlag.lastDataFromServer) !== 0;
  if (wasServer) return fromClient || payloadBytes === 0 ? "clientIdle" : "serverPausing";
  return fromClient && payloadBytes > 0 ? "clientPausing" : "serverThinking";
}

/** What ends the pause sends bytes again, or does nothing but acknowledge some. */
function waitsForAck({ ints, base }: ConnectionMemory, packet: Packet, fromClient: boolean): boolean {
  const forward = base + (fromClient ? CLIENT : SERVER);
  const reverse = base + (fromClient ? SERVER : CLIENT);
  const next = ints[forward + SideInt.next]!;
  const sendsAgain = packet.payloadBytes > 1 && next !== 0 && distance(packet.tcpSequence | 0, next) > 0;
  if (sendsAgain) return true;
  const unacknowledged = distance(ints[forward + SideInt.lastAck]!, ints[reverse + SideInt.next]!);
  return packet.payloadBytes === 0 && unacknowledged > 0 && ints[reverse + SideInt.next] !== 0;
}

function beforeData({ ints, base }: ConnectionMemory, fromClient: boolean): StallReason {
  if ((ints[base + Int.flags]! & ConnectionFlag.awaitsAck) !== 0) return "handshake";
  return fromClient ? "clientIdle" : "serverThinking";
}

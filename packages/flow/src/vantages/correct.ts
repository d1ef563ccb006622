import { type Packet, TcpFlag, Transport } from "@weir/wire";
import { Int, isTcpFlags, NEVER, Real, SideInt, SideReal } from "../memory/connection-record.ts";
import type { CurrentConnection } from "./vantages.ts";

const TTL_SHIFT = 8;

/**
 * A packet of the side at `forward` that was counted at another vantage is now seen at the leading one: what depends on the place is told anew. That is
 * the time to live, and the time of what waits for an answer, a handshake among it.
 */
export function correct(memory: CurrentConnection, packet: Packet, forward: number): void {
  const { ints, base } = memory;
  const network = (packet.ttl << TTL_SHIFT) | packet.trafficClass;
  const before = ints[forward + SideInt.network]!;
  const isFirst = ints[forward + SideInt.packets] === 1;
  ints[forward + SideInt.network] = (isFirst ? network << 16 : before & ~0xffff) | network;
  if (packet.transport === Transport.tcp && isTcpFlags(ints[base + Int.flags]!)) correctTimes(memory, packet, forward);
}

function correctTimes({ ints, reals, base }: CurrentConnection, packet: Packet, forward: number): void {
  const { atNs, tcpFlags, tcpSequence, payloadBytes } = packet;
  const real = base >> 1;
  const isSyn = (tcpFlags & TcpFlag.syn) !== 0;
  const isAnswer = isSyn && (tcpFlags & TcpFlag.ack) !== 0;
  if (isAnswer) {
    if (reals[real + Real.handshakeAtNs] === NEVER) reals[real + Real.lastSynAckAtNs] = atNs;
  } else if (isSyn) {
    if (reals[real + Real.synAtNs] === reals[real + Real.lastSynAtNs]) reals[real + Real.synAtNs] = atNs;
    reals[real + Real.lastSynAtNs] = atNs;
  }
  const side = forward >> 1;
  const end = (tcpSequence + payloadBytes + (isSyn ? 1 : 0)) | 0;
  if (reals[side + SideReal.timedAtNs] !== NEVER && ints[forward + SideInt.timedEnd] === end)
    reals[side + SideReal.timedAtNs] = atNs;
}

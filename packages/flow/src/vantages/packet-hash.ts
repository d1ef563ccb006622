import { type Packet, Transport } from "@weir/wire";

/** Bytes of a datagram that are looked at. */
const LOOKED_AT_BYTES = 64;
/** Where the checksum of SCTP's common header ends. */
const SCTP_HEADER_BYTES = 12;

/**
 * A hash of what stays the same of a packet on its way through a host, whose connection and direction are `salt`. Left out is what changes: link header,
 * VLAN, time to live, and checksums, which are completed on the way. HOT PATH.
 */
export function packetHash(packet: Packet, salt: number): number {
  let hash = mix(salt, packet.ipIdentification);
  hash = mix(hash, packet.payloadBytes);
  if (packet.transport !== Transport.tcp) return hashDatagram(packet, hash);
  hash = mix(hash, packet.tcpSequence);
  hash = mix(hash, packet.tcpAcknowledgment);
  hash = mix(hash, (packet.tcpFlags << 16) | packet.tcpWindow);
  const { view, tcpOptionsAt, tcpOptionsEnd } = packet;
  for (let at = tcpOptionsAt; at + 4 <= tcpOptionsEnd; at += 4) hash = mix(hash, view.getInt32(at));
  return finish(hash);
}

function hashDatagram({ view, transport, transportAt, payloadAt, payloadEnd, end }: Packet, seed: number): number {
  const isSctp = transport === Transport.sctp;
  const from = isSctp ? transportAt + SCTP_HEADER_BYTES : payloadAt;
  const to = Math.min(isSctp ? end : payloadEnd, end, from + LOOKED_AT_BYTES);
  let hash = seed;
  let at = from;
  for (; at + 4 <= to; at += 4) hash = mix(hash, view.getInt32(at));
  for (; at < to; at += 1) hash = mix(hash, view.getUint8(at));
  return finish(hash);
}

function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

function finish(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return mixed ^ (mixed >>> 13);
}

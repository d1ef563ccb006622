import { type Packet, Transport, Verdict } from "../packet.ts";

/** TCP header (RFC 9293 §3.1). */
const TCP = { sequence: 4, acknowledgment: 8, offset: 12, flags: 13, window: 14, bytes: 20 } as const;
const UDP = { length: 4, bytes: 8 } as const;
const SCTP_BYTES = 12;
const ICMP_BYTES = 8;

/** Reads a TCP header. `claimedEnd` is where the datagram ends by its own length. HOT PATH. */
export function readTcp(packet: Packet, at: number, end: number, claimedEnd: number): Verdict {
  const { view } = packet;
  packet.transport = Transport.tcp;
  packet.transportAt = at;
  if (end - at < 4) return Verdict.truncatedTransport;
  packet.sourcePort = view.getUint16(at);
  packet.destinationPort = view.getUint16(at + 2);
  if (end - at < TCP.bytes) return Verdict.truncatedTransport;
  const headerBytes = (view.getUint8(at + TCP.offset) >> 4) * 4;
  packet.tcpSequence = view.getUint32(at + TCP.sequence);
  packet.tcpAcknowledgment = view.getUint32(at + TCP.acknowledgment);
  packet.tcpFlags = view.getUint8(at + TCP.flags);
  packet.tcpWindow = view.getUint16(at + TCP.window);
  packet.tcpOptionsAt = at + TCP.bytes;
  packet.tcpOptionsEnd = Math.max(packet.tcpOptionsAt, Math.min(at + headerBytes, end));
  if (headerBytes < TCP.bytes) {
    setPayload(packet, end, end, end);
    return Verdict.badTransportHeader;
  }
  setPayload(packet, at + headerBytes, end, claimedEnd);
  return Verdict.ok;
}

/** Reads a UDP header (RFC 768). A length of zero (jumbograms, offloading) means all that the datagram holds. */
export function readUdp(packet: Packet, at: number, end: number, claimedEnd: number): Verdict {
  const { view } = packet;
  packet.transport = Transport.udp;
  packet.transportAt = at;
  if (end - at < UDP.bytes) return Verdict.truncatedTransport;
  packet.sourcePort = view.getUint16(at);
  packet.destinationPort = view.getUint16(at + 2);
  const length = view.getUint16(at + UDP.length);
  if (length !== 0 && length < UDP.bytes) {
    setPayload(packet, at + UDP.bytes, at + UDP.bytes, at + UDP.bytes);
    return Verdict.badTransportHeader;
  }
  setPayload(packet, at + UDP.bytes, end, length === 0 ? claimedEnd : Math.min(claimedEnd, at + length));
  return Verdict.ok;
}

/** Reads the ports of an SCTP common header (RFC 9260 §3.1). */
export function readSctp(packet: Packet, at: number, end: number, claimedEnd: number): Verdict {
  packet.transport = Transport.sctp;
  packet.transportAt = at;
  if (end - at < SCTP_BYTES) return Verdict.truncatedTransport;
  packet.sourcePort = packet.view.getUint16(at);
  packet.destinationPort = packet.view.getUint16(at + 2);
  setPayload(packet, at + SCTP_BYTES, end, claimedEnd);
  return Verdict.ok;
}

/** Reads an ICMP or ICMPv6 header (RFC 792, RFC 4443); an error message quotes the packet that caused it. */
export function readIcmp(packet: Packet, at: number, end: number, claimedEnd: number, isV6: boolean): Verdict {
  packet.transport = isV6 ? Transport.icmpv6 : Transport.icmp;
  packet.transportAt = at;
  if (end - at < 4) return Verdict.truncatedTransport;
  packet.icmpType = packet.view.getUint8(at);
  packet.icmpCode = packet.view.getUint8(at + 1);
  const bodyAt = Math.min(at + ICMP_BYTES, end);
  setPayload(packet, bodyAt, end, claimedEnd);
  if (isError(packet.icmpType, isV6) && bodyAt < end) packet.quotedAt = bodyAt;
  return Verdict.ok;
}

/** Messages that quote a packet: unreachable, source quench, redirect, time exceeded, parameter problem; in ICMPv6 types below 128. */
function isError(type: number, isV6: boolean): boolean {
  return isV6 ? type < 128 : type === 3 || type === 4 || type === 5 || type === 11 || type === 12;
}

function setPayload(packet: Packet, at: number, end: number, claimedEnd: number): void {
  packet.payloadAt = Math.min(at, end);
  packet.payloadEnd = Math.max(packet.payloadAt, Math.min(end, claimedEnd));
  packet.payloadBytes = Math.max(0, claimedEnd - at);
}

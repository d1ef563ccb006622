import { type Packet, Transport } from "@weir/wire";

/** Destination unreachable codes of ICMP (RFC 792, RFC 1812) and ICMPv6 (RFC 4443), by number. */
const ICMP_CODES = [
  "net unreachable",
  "host unreachable",
  "protocol unreachable",
  "port unreachable",
  "fragmentation needed",
  "source route failed",
  "net unknown",
  "host unknown",
  "source host isolated",
  "net prohibited",
  "host prohibited",
  "net unreachable for type of service",
  "host unreachable for type of service",
  "communication prohibited",
] as const;
const ICMPV6_CODES = [
  "no route",
  "communication prohibited",
  "beyond scope",
  "address unreachable",
  "port unreachable",
  "policy failed",
  "route rejected",
] as const;

/** Says in words why a packet could not be delivered; undefined where the message is no such verdict. Too big (path MTU) is not an end. */
export function unreachableReason(packet: Packet): string | undefined {
  if (packet.transport === Transport.icmp && packet.icmpType === 3 && packet.icmpCode !== 4) {
    return ICMP_CODES[packet.icmpCode] ?? `unreachable, code ${packet.icmpCode}`;
  }
  if (packet.transport === Transport.icmpv6 && packet.icmpType === 1)
    return ICMPV6_CODES[packet.icmpCode] ?? `unreachable, code ${packet.icmpCode}`;
  return undefined;
}

/** The ends of the packet that an ICMP error quotes (RFC 792: its IP header and eight bytes), for look-up; undefined where unreadable. */
export function quotedEnds(packet: Packet) {
  const { view, bytes, quotedAt, payloadEnd } = packet;
  if (quotedAt < 0 || payloadEnd - quotedAt < 28) return undefined;
  const version = view.getUint8(quotedAt) >> 4;
  const headerBytes = version === 4 ? (view.getUint8(quotedAt) & 0x0f) * 4 : 40;
  const portsAt = quotedAt + headerBytes;
  if ((version !== 4 && version !== 6) || payloadEnd - portsAt < 4) return undefined;
  const protocol = view.getUint8(quotedAt + (version === 4 ? 9 : 6));
  if (protocol !== 6 && protocol !== 17) return undefined;
  const sourceAddressAt = quotedAt + (version === 4 ? 12 : 8);
  const addressBytes = version === 4 ? 4 : 16;
  return {
    transport: protocol === 6 ? Transport.tcp : Transport.udp,
    ends: {
      bytes,
      sourceAddressAt,
      destinationAddressAt: sourceAddressAt + addressBytes,
      addressBytes,
      sourcePort: view.getUint16(portsAt),
      destinationPort: view.getUint16(portsAt + 2),
    },
  };
}

import { EtherType, IpProtocol } from "./network/ether-type.ts";
import { type Packet, Transport, Tunnel, Verdict } from "./packet.ts";

/*
 * The shape that nearly all packets of a service have: Ethernet with at most one VLAN tag, IPv4 without options and whole or IPv6 without extension
 * headers, TCP. It is read straight through, several times faster than by descending from layer to layer. Whatever is not exactly so is left to the
 * general decoder, which gives the same for this shape too (tested over the corpus: common-shape.test.ts). HOT PATH.
 */

const LINKTYPE_ETHERNET = 1;
const ETHERNET_BYTES = 14;
const VLAN_BYTES = 4;
const IPV4_BYTES = 20;
const IPV6_BYTES = 40;
const TCP_BYTES = 20;
/** Version 4 and a header of five words, in the header's first byte. */
const IPV4_PLAIN = 0x45;
/** More fragments, and the fragment offset, in the second word. */
const FRAGMENT = 0x3fff;

/** Reads the packet's headers where they have the common shape; false, with nothing to rely on, where they do not. */
export function decodeCommonShape(packet: Packet): boolean {
  const { view, start, end } = packet;
  if (packet.linkType !== LINKTYPE_ETHERNET || end - start < ETHERNET_BYTES + IPV4_BYTES + TCP_BYTES) return false;
  let at = start + ETHERNET_BYTES;
  let etherType = view.getUint16(at - 2);
  let vlanId = -1;
  if (etherType === EtherType.vlan) {
    vlanId = view.getUint16(at) & 0x0fff;
    etherType = view.getUint16(at + 2);
    at += VLAN_BYTES;
  }
  const frameEnd = start + Math.max(packet.wireBytes, end - start);
  if (etherType === EtherType.ipv4) {
    if (!readIpv4(packet, at, end, frameEnd)) return false;
  } else if (etherType !== EtherType.ipv6 || !readIpv6(packet, at, end, frameEnd)) return false;
  packet.vlanId = vlanId;
  packet.tunnel = Tunnel.none;
  packet.tunnelId = -1;
  packet.outerCount = 0;
  packet.reassembled = false;
  packet.quotedAt = -1;
  packet.verdict = Verdict.ok;
  return true;
}

function readIpv4(packet: Packet, at: number, end: number, frameEnd: number): boolean {
  const { view } = packet;
  if (end - at < IPV4_BYTES + TCP_BYTES) return false;
  const first = view.getUint32(at);
  const second = view.getUint32(at + 4);
  const third = view.getUint32(at + 8);
  const totalBytes = first & 0xffff;
  const isPlain = first >>> 24 === IPV4_PLAIN && totalBytes >= IPV4_BYTES + TCP_BYTES && (second & FRAGMENT) === 0;
  if (!isPlain || ((third >>> 16) & 0xff) !== IpProtocol.tcp) return false;
  packet.ipVersion = 4;
  packet.addressBytes = 4;
  packet.sourceAddressAt = at + 12;
  packet.destinationAddressAt = at + 16;
  packet.trafficClass = (first >>> 16) & 0xff;
  packet.ttl = third >>> 24;
  packet.ipIdentification = second >>> 16;
  return readTcp(packet, at + IPV4_BYTES, end, Math.min(frameEnd, at + totalBytes));
}

function readIpv6(packet: Packet, at: number, end: number, frameEnd: number): boolean {
  const { view } = packet;
  if (end - at < IPV6_BYTES + TCP_BYTES) return false;
  const first = view.getUint32(at);
  const second = view.getUint32(at + 4);
  const payloadBytes = second >>> 16;
  if (first >>> 28 !== 6 || payloadBytes < TCP_BYTES || ((second >>> 8) & 0xff) !== IpProtocol.tcp) return false;
  packet.ipVersion = 6;
  packet.addressBytes = 16;
  packet.sourceAddressAt = at + 8;
  packet.destinationAddressAt = at + 24;
  packet.trafficClass = (first >>> 20) & 0xff;
  packet.ttl = second & 0xff;
  packet.ipIdentification = 0;
  return readTcp(packet, at + IPV6_BYTES, end, Math.min(frameEnd, at + IPV6_BYTES + payloadBytes));
}

function readTcp(packet: Packet, at: number, end: number, claimedEnd: number): boolean {
  const { view } = packet;
  const ports = view.getUint32(at);
  const control = view.getUint32(at + 12);
  const headerBytes = (control >>> 28) * 4;
  const payloadAt = at + headerBytes;
  const captured = Math.min(end, claimedEnd);
  if (headerBytes < TCP_BYTES || payloadAt > captured) return false;
  packet.ipProtocol = IpProtocol.tcp;
  packet.transport = Transport.tcp;
  packet.transportAt = at;
  packet.sourcePort = ports >>> 16;
  packet.destinationPort = ports & 0xffff;
  packet.tcpSequence = view.getUint32(at + 4);
  packet.tcpAcknowledgment = view.getUint32(at + 8);
  packet.tcpFlags = (control >>> 16) & 0xff;
  packet.tcpWindow = control & 0xffff;
  packet.tcpOptionsAt = at + TCP_BYTES;
  packet.tcpOptionsEnd = payloadAt;
  packet.payloadAt = payloadAt;
  packet.payloadEnd = captured;
  packet.payloadBytes = claimedEnd - payloadAt;
  return true;
}

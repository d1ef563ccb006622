import { toHex } from "@weir/base";
import { decodeCommonShape } from "./common-shape.ts";
import { type Descent, enterLayer } from "./descent.ts";
import { decodeLink, decodeProtocol } from "./link/link.ts";
import { IpProtocol } from "./network/ether-type.ts";
import { Reassembler } from "./network/fragments.ts";
import { newIpStep, readExtensions, readIpv4, readIpv6 } from "./network/ip.ts";
import { Packet, Transport, Tunnel, Verdict } from "./packet.ts";
import { readIcmp, readSctp, readTcp, readUdp } from "./transport/transport.ts";
import { enterGre } from "./tunnel/gre.ts";
import { enterUdpTunnel } from "./tunnel/udp-tunnels.ts";

/** Reused for every packet; decoding is not reentrant. */
const step = newIpStep();

const descent: Descent = {
  packet: new Packet(),
  reassembler: new Reassembler(),
  layers: 0,
  claimedEnd: 0,
  link: decodeLink,
  etherType: decodeProtocol,
  ip: decodeIpByVersion,
};

/** Reads the headers of the frame `packet.bytes[start..end)` and fills the packet's fields. HOT PATH. */
export function decodeFrame(packet: Packet, reassembler: Reassembler): void {
  if (!decodeCommonShape(packet)) decodeAnyShape(packet, reassembler);
}

/** As {@link decodeFrame}, for frames of any shape: descends from layer to layer. */
export function decodeAnyShape(packet: Packet, reassembler: Reassembler): void {
  packet.vlanId = -1;
  packet.tunnel = Tunnel.none;
  packet.tunnelId = -1;
  packet.outerCount = 0;
  packet.ipVersion = 0;
  packet.reassembled = false;
  packet.transport = Transport.none;
  packet.sourcePort = 0;
  packet.destinationPort = 0;
  packet.payloadAt = packet.end;
  packet.payloadEnd = packet.end;
  packet.payloadBytes = 0;
  packet.tcpFlags = 0;
  packet.quotedAt = -1;
  descent.packet = packet;
  descent.reassembler = reassembler;
  descent.layers = 0;
  descent.claimedEnd = packet.start + Math.max(packet.wireBytes, packet.end - packet.start);
  packet.verdict = decodeLink(descent, packet.linkType, packet.start, packet.end);
}

/** Goes on with an IP packet of either version, told by its first bits. */
function decodeIpByVersion(way: Descent, at: number, end: number): Verdict {
  if (at >= end) return Verdict.truncatedNetwork;
  const version = way.packet.view.getUint8(at) >> 4;
  return version === 4 || version === 6 ? decodeIp(way, version, at, end) : Verdict.notIp;
}

function decodeIp(way: Descent, version: 4 | 6, at: number, end: number): Verdict {
  const { packet } = way;
  if (!enterLayer(way)) return Verdict.tooManyLayers;
  step.claimedEnd = way.claimedEnd;
  const verdict = version === 4 ? readIpv4(packet, at, end, step) : readIpv6(packet, at, end, step);
  if (verdict !== Verdict.ok) return verdict;
  packet.ipProtocol = step.protocol;
  return step.isFragment ? decodeFragment(way) : decodeStep(way);
}

/** A fragment: goes on with the datagram where this one completes it. A cut first fragment still shows its ports. */
function decodeFragment(way: Descent): Verdict {
  const { packet, reassembler } = way;
  const { at, end, headerAt, protocol } = step;
  if (step.isCut) {
    return step.fragmentOffset === 0 ? decodeStep(way) : Verdict.fragmentPending;
  }
  const addresses = packet.bytes.subarray(packet.sourceAddressAt, packet.destinationAddressAt + packet.addressBytes);
  const key = `${toHex(addresses)} ${step.identification} ${protocol} ${packet.vlanId}`;
  const header = packet.bytes.subarray(headerAt, at);
  const payload = packet.bytes.subarray(at, end);
  const whole = reassembler.add(key, packet.atNs, header, payload, step.fragmentOffset, !step.moreFragments);
  if (whole === undefined) return Verdict.fragmentPending;
  packet.bytes = whole.bytes;
  packet.view = whole.view;
  packet.start = 0;
  packet.end = whole.bytes.length;
  packet.reassembled = true;
  const sourceAt = packet.ipVersion === 4 ? 12 : 8;
  packet.sourceAddressAt = sourceAt;
  packet.destinationAddressAt = sourceAt + packet.addressBytes;
  step.end = packet.end;
  step.claimedEnd = packet.end;
  const verdict = readExtensions(packet, whole.payloadAt, protocol, step);
  return verdict === Verdict.ok ? decodeStep(way) : verdict;
}

/** Goes on with what the IP header led to. */
function decodeStep(way: Descent): Verdict {
  const { packet } = way;
  const { protocol, at, end, claimedEnd } = step;
  way.claimedEnd = claimedEnd;
  switch (protocol) {
    case IpProtocol.tcp:
      return readTcp(packet, at, end, claimedEnd);
    case IpProtocol.udp: {
      const verdict = readUdp(packet, at, end, claimedEnd);
      return verdict === Verdict.ok ? (enterUdpTunnel(way) ?? verdict) : verdict;
    }
    case IpProtocol.icmp:
      return readIcmp(packet, at, end, claimedEnd, false);
    case IpProtocol.icmpv6:
      return readIcmp(packet, at, end, claimedEnd, true);
    case IpProtocol.sctp:
      return readSctp(packet, at, end, claimedEnd);
    case IpProtocol.ipip:
    case IpProtocol.ipv6:
      packet.tunnel = Tunnel.ipip;
      return decodeIpByVersion(way, at, end);
    case IpProtocol.gre:
      return enterGre(way, at, end);
    case IpProtocol.etherip:
      packet.tunnel = Tunnel.other;
      return way.link(way, 1, at + 2, end);
    default:
      packet.transport = Transport.other;
      return Verdict.unknownTransport;
  }
}

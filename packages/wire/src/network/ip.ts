import { type Packet, Verdict } from "../packet.ts";
import { IpProtocol } from "./ether-type.ts";

/** IPv4 header (RFC 791 §3.1). */
const V4 = {
  totalLength: 2,
  identification: 4,
  fragment: 6,
  ttl: 8,
  protocol: 9,
  source: 12,
  destination: 16,
  bytes: 20,
} as const;
const MORE_FRAGMENTS = 0x2000;
const FRAGMENT_OFFSET = 0x1fff;
/** IPv6 header (RFC 8200 §3). */
const V6 = { payloadLength: 4, nextHeader: 6, hopLimit: 7, source: 8, destination: 24, bytes: 40 } as const;

/** What an IP header led to, in numbers of the decoder's own; reused for every packet. HOT PATH. */
export interface IpStep {
  /** Transport or next protocol. */
  protocol: number;
  /** Where its header begins. */
  at: number;
  /** Where captured bytes of the datagram end. */
  end: number;
  /** Where the datagram ends by its own length; beyond `end` when the snap length cut it. Before reading: the bound that those around it set. */
  claimedEnd: number;
  /** True where the captured bytes end before the datagram does by its own header. */
  isCut: boolean;
  /** Offset of this fragment's payload in the datagram, in bytes; 0 also when not fragmented. */
  fragmentOffset: number;
  moreFragments: boolean;
  /** True where the datagram is a fragment of a larger one. */
  isFragment: boolean;
  identification: number;
  /** Where the header begins, for reassembly. */
  headerAt: number;
}

/** A step before its first header. */
export function newIpStep(): IpStep {
  return {
    protocol: 0,
    at: 0,
    end: 0,
    claimedEnd: 0,
    isCut: false,
    fragmentOffset: 0,
    moreFragments: false,
    isFragment: false,
    identification: 0,
    headerAt: 0,
  };
}

/** Reads an IPv4 header at `at`. */
export function readIpv4(packet: Packet, at: number, end: number, step: IpStep): Verdict {
  const { view } = packet;
  if (end - at < V4.bytes) return Verdict.truncatedNetwork;
  const headerBytes = (view.getUint8(at) & 0x0f) * 4;
  if (view.getUint8(at) >> 4 !== 4 || headerBytes < V4.bytes) return Verdict.badNetworkHeader;
  const totalBytes = view.getUint16(at + V4.totalLength);
  const fragment = view.getUint16(at + V4.fragment);
  packet.ipVersion = 4;
  packet.addressBytes = 4;
  packet.sourceAddressAt = at + V4.source;
  packet.destinationAddressAt = at + V4.destination;
  packet.trafficClass = view.getUint8(at + 1);
  packet.ttl = view.getUint8(at + V4.ttl);
  packet.ipIdentification = view.getUint16(at + V4.identification);
  if (end - at < headerBytes) return Verdict.truncatedNetwork;
  // Segmentation offload leaves the length zero: the frame then says how long the datagram is.
  const claimedEnd = totalBytes === 0 ? step.claimedEnd : Math.min(step.claimedEnd, at + totalBytes);
  if (totalBytes !== 0 && totalBytes < headerBytes) return Verdict.badNetworkHeader;
  step.protocol = view.getUint8(at + V4.protocol);
  step.at = at + headerBytes;
  step.end = Math.min(end, claimedEnd);
  step.claimedEnd = claimedEnd;
  step.isCut = end < at + totalBytes;
  step.fragmentOffset = (fragment & FRAGMENT_OFFSET) * 8;
  step.moreFragments = (fragment & MORE_FRAGMENTS) !== 0;
  step.isFragment = step.moreFragments || step.fragmentOffset !== 0;
  step.identification = packet.ipIdentification;
  step.headerAt = at;
  return step.protocol === IpProtocol.authentication && !step.isFragment
    ? readExtensions(packet, step.at, step.protocol, step)
    : Verdict.ok;
}

/** Reads an IPv6 header at `at` and its extension headers. */
export function readIpv6(packet: Packet, at: number, end: number, step: IpStep): Verdict {
  const { view } = packet;
  if (end - at < V6.bytes) return Verdict.truncatedNetwork;
  if (view.getUint8(at) >> 4 !== 6) return Verdict.badNetworkHeader;
  const payloadBytes = view.getUint16(at + V6.payloadLength);
  packet.ipVersion = 6;
  packet.addressBytes = 16;
  packet.sourceAddressAt = at + V6.source;
  packet.destinationAddressAt = at + V6.destination;
  packet.trafficClass = (view.getUint16(at) >> 4) & 0xff;
  packet.ttl = view.getUint8(at + V6.hopLimit);
  packet.ipIdentification = 0;
  const claimedEnd = payloadBytes === 0 ? step.claimedEnd : Math.min(step.claimedEnd, at + V6.bytes + payloadBytes);
  step.headerAt = at;
  step.end = Math.min(end, claimedEnd);
  step.claimedEnd = claimedEnd;
  step.isCut = end < at + V6.bytes + payloadBytes;
  step.fragmentOffset = 0;
  step.moreFragments = false;
  step.isFragment = false;
  return readExtensions(packet, at + V6.bytes, view.getUint8(at + V6.nextHeader), step);
}

/** Follows IPv6 extension headers (RFC 8200 §4), and IPv4's authentication header (RFC 4302), from `at` to the transport header. */
export function readExtensions({ view }: Pick<Packet, "view">, at: number, next: number, step: IpStep): Verdict {
  for (;;) {
    step.protocol = next;
    step.at = at;
    if (!isExtension(next)) return Verdict.ok;
    if (step.end - at < 8) return Verdict.truncatedNetwork;
    const following = view.getUint8(at);
    if (next === IpProtocol.fragment) {
      const fragment = view.getUint16(at + 2);
      step.fragmentOffset = fragment & 0xfff8;
      step.moreFragments = (fragment & 1) !== 0;
      step.isFragment = step.moreFragments || step.fragmentOffset !== 0;
      step.identification = view.getUint32(at + 4);
      step.protocol = following;
      step.at = at + 8;
      if (step.isFragment) return Verdict.ok;
      at += 8;
    } else if (next === IpProtocol.authentication) {
      at += (view.getUint8(at + 1) + 2) * 4;
    } else {
      at += (view.getUint8(at + 1) + 1) * 8;
    }
    next = following;
  }
}

function isExtension(protocol: number): boolean {
  return (
    protocol === IpProtocol.hopByHop ||
    protocol === IpProtocol.routing ||
    protocol === IpProtocol.fragment ||
    protocol === IpProtocol.destination ||
    protocol === IpProtocol.authentication ||
    protocol === IpProtocol.mobility ||
    protocol === IpProtocol.hip ||
    protocol === IpProtocol.shim6
  );
}

import { type Descent, enterLayer } from "../descent.ts";
import { EtherType } from "../network/ether-type.ts";
import { Verdict } from "../packet.ts";
import { decodeIeee80211, decodePpi, decodePrism, decodeRadiotap } from "./ieee80211.ts";
import { decodeLlc } from "./llc.ts";
import { decodeMpls } from "./mpls.ts";
import { decodeNetlink, decodeNflog } from "./netfilter.ts";
import { decodePpp } from "./ppp.ts";

/** LINKTYPE numbers (https://www.tcpdump.org/linktypes.html) that are decoded. */
const LinkType = {
  null: 0,
  ethernet: 1,
  arcnetBsd: 7,
  ppp: 9,
  fddi: 10,
  rawBsd: 12,
  rawOpenBsd: 14,
  pppHdlc: 50,
  pppEther: 51,
  raw: 101,
  ciscoHdlc: 104,
  ieee80211: 105,
  frameRelay: 107,
  nflog: 239,
  loop: 108,
  enc: 109,
  linuxSll: 113,
  pflog: 117,
  prism: 119,
  radiotap: 127,
  arcnetLinux: 129,
  avs: 163,
  pppWithDirection: 204,
  ppi: 192,
  ipv4: 228,
  ipv6: 229,
  netlink: 253,
  linuxSll2: 276,
} as const;

const MACSEC_ENCRYPTED_OR_CHANGED = 0x0c;
const MACSEC_CHANNEL = 0x20;
const MACSEC_CHECK_BYTES = 16;
const FDDI_BYTES = 13;
/** Address byte of Cisco HDLC: unicast, multicast. */
const CISCO_ADDRESSES: ReadonlySet<number> = new Set([0x0f, 0x8f]);
/** ARCNET's protocol identifiers of IP (RFC 1051, RFC 1201 §3), and the split flag of an exception packet (RFC 1201 §1). */
const ARCNET_OLD_IP = 0xf0;
const ARCNET_IP = 0xd4;
const ARCNET_EXCEPTION = 0xff;
const ETHERNET_BYTES = 14;
const ETHERNET_TYPE_AT = 12;
/** Values up to this one are lengths of IEEE 802.3 frames, not types. */
const LAST_LENGTH = 1500;

/** Goes on with a frame of the link type. HOT PATH for Ethernet and Linux cooked. */
export function decodeLink(way: Descent, linkType: number, at: number, end: number): Verdict {
  const { view } = way.packet;
  switch (linkType) {
    case LinkType.ethernet:
      return decodeEthernet(way, at, end);
    case LinkType.linuxSll:
      return end - at < 16 ? Verdict.truncatedLink : decodeProtocol(way, view.getUint16(at + 14), at + 16, end);
    case LinkType.linuxSll2:
      return end - at < 20 ? Verdict.truncatedLink : decodeProtocol(way, view.getUint16(at), at + 20, end);
    case LinkType.raw:
    case LinkType.rawBsd:
    case LinkType.rawOpenBsd:
    case LinkType.ipv4:
    case LinkType.ipv6:
      return way.ip(way, at, end);
    case LinkType.null:
    case LinkType.loop:
    case LinkType.enc:
      return decodeNull(way, linkType, at, end);
    case LinkType.ciscoHdlc:
      return end - at < 4 ? Verdict.truncatedLink : decodeProtocol(way, view.getUint16(at + 2), at + 4, end);
    default:
      return decodeRareLink(way, linkType, at, end);
  }
}

function decodeRareLink(way: Descent, linkType: number, at: number, end: number): Verdict {
  switch (linkType) {
    case LinkType.ppp:
    case LinkType.pppHdlc:
      return decodePppHdlc(way, at, end);
    case LinkType.pppWithDirection:
      return decodePpp(way, at + 1, end);
    case LinkType.pppEther:
      return decodePppoe(way, at, end);
    case LinkType.ieee80211:
      return decodeIeee80211(way, at, end);
    case LinkType.radiotap:
      return decodeRadiotap(way, at, end);
    case LinkType.prism:
    case LinkType.avs:
      return decodePrism(way, at, end);
    case LinkType.ppi:
      return decodePpi(way, at, end);
    case LinkType.fddi:
      return decodeLlc(way, at + FDDI_BYTES, end);
    case LinkType.pflog:
      return end - at < 4 ? Verdict.truncatedLink : way.ip(way, at + ((way.packet.view.getUint8(at) + 3) & ~3), end);
    case LinkType.nflog:
      return decodeNflog(way, at, end);
    case LinkType.netlink:
      return decodeNetlink(way, at, end);
    case LinkType.arcnetBsd:
      return decodeArcnet(way, at + 2, end);
    case LinkType.arcnetLinux:
      // Behind the addresses Linux leaves the offset that the hardware used.
      return decodeArcnet(way, at + 4, end);
    case LinkType.frameRelay:
      return end - at < 4 ? Verdict.truncatedLink : decodeFrameRelay(way, at, end);
    default:
      return Verdict.unknownLinkType;
  }
}

/** Ethernet II and IEEE 802.3 with LLC. */
function decodeEthernet(way: Descent, at: number, end: number): Verdict {
  if (end - at < ETHERNET_BYTES) return Verdict.truncatedLink;
  return decodeProtocol(way, way.packet.view.getUint16(at + ETHERNET_TYPE_AT), at + ETHERNET_BYTES, end);
}

/** Goes on behind a type field: VLAN tags, MPLS, PPPoE and LLC are looked through (IEEE 802.1Q, RFC 3032, RFC 2516). */
export function decodeProtocol(way: Descent, etherType: number, at: number, end: number): Verdict {
  const { packet } = way;
  const { view } = packet;
  if (!enterLayer(way)) return Verdict.tooManyLayers;
  for (;;) {
    switch (etherType) {
      case EtherType.vlan:
      case EtherType.serviceVlan:
      case EtherType.oldServiceVlan:
      case EtherType.otherServiceVlan:
        if (end - at < 4) return Verdict.truncatedLink;
        packet.vlanId = view.getUint16(at) & 0x0fff;
        etherType = view.getUint16(at + 2);
        at += 4;
        continue;
      case EtherType.mpls:
      case EtherType.mplsMulticast:
        return decodeMpls(way, at, end);
      case EtherType.pppoeSession:
        return decodePppoe(way, at, end);
      case EtherType.ppp:
        return decodePpp(way, at, end);
      case EtherType.bridgedEthernet:
        return decodeEthernet(way, at, end);
      case EtherType.nsh:
        return decodeNsh(way, at, end);
      case EtherType.macsec:
        return decodeMacsec(way, at, end);
      default:
        if (etherType === EtherType.ipv4 || etherType === EtherType.ipv6) return way.ip(way, at, end);
        return etherType <= LAST_LENGTH ? decodeLlc(way, at, boundTo(way, at + etherType, end)) : Verdict.notIp;
    }
  }
}

/** MACsec (IEEE 802.1AE §9) that protects without encrypting: a tag of 6 bytes, or 14 with the channel identifier, and a check value behind the frame. */
function decodeMacsec(way: Descent, at: number, end: number): Verdict {
  if (end - at < 8) return Verdict.truncatedLink;
  const { view } = way.packet;
  const control = view.getUint8(at);
  if ((control & MACSEC_ENCRYPTED_OR_CHANGED) !== 0) return Verdict.notIp;
  const typeAt = at + ((control & MACSEC_CHANNEL) === 0 ? 6 : 14);
  const inside = typeAt + 2;
  const insideEnd = end - MACSEC_CHECK_BYTES;
  if (insideEnd < inside) return Verdict.truncatedLink;
  return decodeProtocol(way, view.getUint16(typeAt), inside, insideEnd);
}

/** BSD loopback: an address family in either byte order; OpenBSD's loop and enc: big-endian. */
function decodeNull(way: Descent, linkType: number, at: number, end: number): Verdict {
  const headerBytes = linkType === LinkType.enc ? 12 : 4;
  if (end - at < headerBytes) return Verdict.truncatedLink;
  return way.ip(way, at + headerBytes, end);
}

function decodePppoe(way: Descent, at: number, end: number): Verdict {
  if (end - at < 6) return Verdict.truncatedLink;
  const inside = at + 6;
  return decodePpp(way, inside, boundTo(way, inside + way.packet.view.getUint16(at + 4), end));
}

/** PPP in HDLC framing; some interfaces that say so send Cisco's form, which its address byte tells. */
function decodePppHdlc(way: Descent, at: number, end: number): Verdict {
  if (end - at < 4) return Verdict.truncatedLink;
  const { view } = way.packet;
  const isCisco = CISCO_ADDRESSES.has(view.getUint8(at)) && view.getUint8(at + 1) === 0;
  return isCisco ? decodeProtocol(way, view.getUint16(at + 2), at + 4, end) : decodePpp(way, at, end);
}

/** Takes a layer's own length as a bound for what it carries: bytes behind it are padding. Returns where the captured bytes end. */
function boundTo(way: Descent, claimedEnd: number, end: number): number {
  way.claimedEnd = Math.min(way.claimedEnd, claimedEnd);
  return Math.min(end, claimedEnd);
}

/** Network service header (RFC 8300): a length in words, then what it carries. */
function decodeNsh(way: Descent, at: number, end: number): Verdict {
  if (end - at < 8) return Verdict.truncatedLink;
  const { view } = way.packet;
  const next = view.getUint8(at + 3);
  const inside = at + (view.getUint8(at + 1) & 0x3f) * 4;
  return next === 3 ? decodeEthernet(way, inside, end) : way.ip(way, inside, end);
}

/** ARCNET from its protocol identifier on: IP of RFC 1051, or of RFC 1201, which splits packets; parts of a split one are passed over. */
function decodeArcnet(way: Descent, at: number, end: number): Verdict {
  if (end - at < 1) return Verdict.truncatedLink;
  const { view } = way.packet;
  const identifier = view.getUint8(at);
  if (identifier === ARCNET_OLD_IP) return way.ip(way, at + 1, end);
  if (identifier !== ARCNET_IP || end - at < 8) return Verdict.notIp;
  const split = view.getUint8(at + 1);
  if (split === ARCNET_EXCEPTION) return way.ip(way, at + 8, end);
  return split === 0 ? way.ip(way, at + 4, end) : Verdict.notIp;
}

/** Frame relay (RFC 2427): the network layer protocol identifier of IP, or SNAP. */
function decodeFrameRelay(way: Descent, at: number, end: number): Verdict {
  const { view } = way.packet;
  const identifier = view.getUint8(at + 3);
  if (identifier === 0xcc || identifier === 0x8e) return way.ip(way, at + 4, end);
  return decodeProtocol(way, view.getUint16(at + 2), at + 4, end);
}

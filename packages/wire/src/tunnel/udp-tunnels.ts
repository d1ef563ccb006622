import type { Descent } from "../descent.ts";
import { decodeMpls } from "../link/mpls.ts";
import { decodePpp } from "../link/ppp.ts";
import { EtherType } from "../network/ether-type.ts";
import { type Packet, Transport, Tunnel, type Verdict } from "../packet.ts";
import { enterGre } from "./gre.ts";

/** How one kind of tunnel over UDP is recognised and entered. The port is IANA's; the header must fit as well. */
interface UdpTunnel {
  readonly ports: readonly number[];
  readonly tunnel: Tunnel;
  /** Where the inner packet begins, or -1 where the bytes are not this tunnel's. May set `packet.tunnelId`. */
  readonly insideAt: (packet: Packet, at: number, end: number) => number;
  readonly enter: (way: Descent, at: number, end: number) => Verdict;
}

const VXLAN_BYTES = 8;
const GENEVE_BYTES = 8;
const GTP_BYTES = 8;
const GTP_GPDU = 0xff;
const TEREDO_AUTHENTICATION = 0x0001;
const TEREDO_ORIGIN = 0x0000;

const vxlan: UdpTunnel = {
  ports: [4789, 8472],
  tunnel: Tunnel.vxlan,
  insideAt(packet, at, end) {
    // RFC 7348 §5: the flag says that the network identifier is valid.
    if (end - at < VXLAN_BYTES + 14 || (packet.view.getUint8(at) & 0x08) === 0) return -1;
    packet.tunnelId = packet.view.getUint32(at + 4) >>> 8;
    return at + VXLAN_BYTES;
  },
  enter: (way, at, end) => way.link(way, 1, at, end),
};

const vxlanGpe: UdpTunnel = {
  ports: [4790],
  tunnel: Tunnel.vxlan,
  insideAt: vxlan.insideAt,
  enter(way, at, end) {
    const next = way.packet.view.getUint8(at - 5);
    return next === 3
      ? way.link(way, 1, at, end)
      : next === 4
        ? way.etherType(way, EtherType.nsh, at, end)
        : way.ip(way, at, end);
  },
};

const geneve: UdpTunnel = {
  ports: [6081],
  tunnel: Tunnel.geneve,
  insideAt(packet, at, end) {
    // RFC 8926 §3.4: version 0, options in words.
    if (end - at < GENEVE_BYTES || packet.view.getUint8(at) >> 6 !== 0) return -1;
    const inside = at + GENEVE_BYTES + (packet.view.getUint8(at) & 0x3f) * 4;
    packet.tunnelId = packet.view.getUint32(at + 4) >>> 8;
    geneveProtocol = packet.view.getUint16(at + 2);
    return inside < end ? inside : -1;
  },
  enter: (way, at, end) =>
    geneveProtocol === EtherType.bridgedEthernet
      ? way.link(way, 1, at, end)
      : way.etherType(way, geneveProtocol, at, end),
};
/** The protocol that the Geneve header being entered names. */
let geneveProtocol = 0;

const gtpUser: UdpTunnel = {
  ports: [2152],
  tunnel: Tunnel.gtp,
  insideAt(packet, at, end) {
    const { view } = packet;
    // 3GPP TS 29.281 §5.1: version 1, protocol type GTP, message type G-PDU.
    if (end - at < GTP_BYTES || view.getUint8(at) >> 4 !== 3 || view.getUint8(at + 1) !== GTP_GPDU) return -1;
    packet.tunnelId = view.getUint32(at + 4);
    if ((view.getUint8(at) & 7) === 0) return at + GTP_BYTES;
    let next = at + GTP_BYTES + 3;
    let inside = at + GTP_BYTES + 4;
    while (next < end && view.getUint8(next) !== 0 && inside < end) {
      const words = view.getUint8(inside);
      if (words === 0) return -1;
      inside += words * 4;
      next = inside - 1;
    }
    return inside < end ? inside : -1;
  },
  enter: (way, at, end) => way.ip(way, at, end),
};

const teredo: UdpTunnel = {
  ports: [3544],
  tunnel: Tunnel.other,
  insideAt(packet, at, end) {
    const { view } = packet;
    let inside = at;
    // RFC 4380 §5.1: optional authentication, then optional origin indication, then IPv6.
    if (end - inside >= 13 && view.getUint16(inside) === TEREDO_AUTHENTICATION)
      inside += 13 + view.getUint8(inside + 2) + view.getUint8(inside + 3);
    if (end - inside >= 8 && view.getUint16(inside) === TEREDO_ORIGIN) inside += 8;
    return end - inside >= 40 && view.getUint8(inside) >> 4 === 6 ? inside : -1;
  },
  enter: (way, at, end) => way.ip(way, at, end),
};

const l2tp: UdpTunnel = {
  ports: [1701],
  tunnel: Tunnel.other,
  insideAt(packet, at, end) {
    const { view } = packet;
    // RFC 2661 §3.1: data messages of version 2; the flags say which fields follow.
    if (end - at < 6) return -1;
    const flags = view.getUint16(at);
    if ((flags & 0x8000) !== 0 || (flags & 0x0f) !== 2) return -1;
    let inside = at + 2 + ((flags & 0x4000) === 0 ? 0 : 2) + 4 + ((flags & 0x0800) === 0 ? 0 : 4);
    if ((flags & 0x0200) !== 0 && end - inside >= 2) inside += 2 + view.getUint16(inside);
    return inside < end ? inside : -1;
  },
  enter: decodePpp,
};

const greInUdp: UdpTunnel = {
  ports: [4754],
  tunnel: Tunnel.gre,
  insideAt: (_, at, end) => (at < end ? at : -1),
  enter: enterGre,
};
const mplsInUdp: UdpTunnel = {
  ports: [6635],
  tunnel: Tunnel.mpls,
  insideAt: (_, at, end) => (at < end ? at : -1),
  enter: decodeMpls,
};

const BY_PORT = new Map(
  [vxlan, vxlanGpe, geneve, gtpUser, teredo, l2tp, greInUdp, mplsInUdp].flatMap((kind) =>
    kind.ports.map((port) => [port, kind] as const),
  ),
);

/** True for a port that a tunnel over UDP uses. */
export function isTunnelPort(port: number): boolean {
  return BY_PORT.has(port);
}

/** Looks into a UDP datagram that was just read. Undefined where it is no tunnel; then it is a conversation like any other. */
export function enterUdpTunnel(way: Descent): Verdict | undefined {
  const { packet } = way;
  const kind = BY_PORT.get(packet.destinationPort) ?? BY_PORT.get(packet.sourcePort);
  if (kind === undefined) return undefined;
  const inside = kind.insideAt(packet, packet.payloadAt, packet.payloadEnd);
  if (inside < 0) return undefined;
  rememberOuter(packet, kind.tunnel);
  packet.tunnel = kind.tunnel;
  packet.transport = Transport.none;
  way.claimedEnd = packet.payloadAt + packet.payloadBytes;
  return kind.enter(way, inside, packet.payloadEnd);
}

/** Keeps the UDP header that is being looked through: Wireshark counts it as a conversation of its own. */
function rememberOuter(packet: Packet, tunnel: Tunnel): void {
  const slot = packet.outer[packet.outerCount];
  const outer = {
    bytes: packet.bytes,
    view: packet.view,
    sourceAddressAt: packet.sourceAddressAt,
    destinationAddressAt: packet.destinationAddressAt,
    addressBytes: packet.addressBytes,
    sourcePort: packet.sourcePort,
    destinationPort: packet.destinationPort,
    tunnel,
  };
  if (slot === undefined) packet.outer.push(outer);
  else Object.assign(slot, outer);
  packet.outerCount += 1;
}

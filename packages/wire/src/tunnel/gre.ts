import type { Descent } from "../descent.ts";
import { EtherType } from "../network/ether-type.ts";
import { Tunnel, Verdict } from "../packet.ts";

/** GRE (RFC 2784, RFC 2890) and its PPTP form (RFC 2637): flags say which optional words follow. */
const Flag = { checksum: 0x8000, routing: 0x4000, key: 0x2000, sequence: 0x1000, acknowledgment: 0x0080 } as const;
/** Cisco's web cache redirection: IP, in version 2 behind a redirect header of four bytes. */
const WCCP = 0x883e;
/** Aruba's access points send their stations' 802.11 frames under these numbers. */
const ARUBA_FIRST = 0x8200;
const ARUBA_LAST = 0x83ff;
const IEEE_80211 = 105;
const ERSPAN_BYTES = 8;
const ERSPAN3_BYTES = 12;

export function enterGre(way: Descent, at: number, end: number): Verdict {
  const { packet } = way;
  const { view } = packet;
  if (end - at < 4) return Verdict.truncatedTransport;
  const flags = view.getUint16(at);
  const protocol = view.getUint16(at + 2);
  let inside = at + 4;
  if ((flags & (Flag.checksum | Flag.routing)) !== 0) inside += 4;
  if ((flags & Flag.key) !== 0) {
    if (end - inside < 4) return Verdict.truncatedTransport;
    packet.tunnelId = view.getUint32(inside);
    inside += 4;
  }
  if ((flags & Flag.sequence) !== 0) inside += 4;
  if ((flags & 7) === 1 && (flags & Flag.acknowledgment) !== 0) inside += 4;
  if (inside > end) return Verdict.truncatedTransport;
  packet.tunnel = Tunnel.gre;
  if (protocol === EtherType.erspan || protocol === EtherType.erspan3) {
    packet.tunnel = Tunnel.erspan;
    // ERSPAN type I has neither a sequence number nor a header of its own.
    const headerBytes =
      protocol === EtherType.erspan3
        ? erspan3Bytes(way, inside, end)
        : (flags & Flag.sequence) === 0
          ? 0
          : ERSPAN_BYTES;
    return way.link(way, 1, inside + headerBytes, end);
  }
  if (protocol === WCCP) return way.ip(way, inside + wccpBytes(way, inside, end), end);
  if (protocol >= ARUBA_FIRST && protocol <= ARUBA_LAST) return way.link(way, IEEE_80211, inside, end);
  if (protocol === EtherType.bridgedEthernet) return way.link(way, 1, inside, end);
  return way.etherType(way, protocol, inside, end);
}

function wccpBytes(way: Descent, at: number, end: number): number {
  return at < end && way.packet.view.getUint8(at) >> 4 === 4 ? 0 : 4;
}

/** ERSPAN type III: twelve bytes, and eight more where the O bit is set. */
function erspan3Bytes(way: Descent, at: number, end: number): number {
  if (end - at < ERSPAN3_BYTES) return ERSPAN3_BYTES;
  return ERSPAN3_BYTES + ((way.packet.view.getUint8(at + 11) & 1) === 0 ? 0 : 8);
}

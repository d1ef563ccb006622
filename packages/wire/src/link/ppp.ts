import type { Descent } from "../descent.ts";
import { Verdict } from "../packet.ts";
import { decodeMpls } from "./mpls.ts";

/** PPP protocol numbers (IANA). */
const PppProtocol = { ipv4: 0x21, ipv6: 0x57, mpls: 0x281 } as const;

/** PPP (RFC 1661), with or without HDLC's address and control bytes, with compressed or whole protocol field. */
export function decodePpp(way: Descent, at: number, end: number): Verdict {
  const { view } = way.packet;
  if (end - at >= 2 && view.getUint8(at) === 0xff && view.getUint8(at + 1) === 0x03) at += 2;
  if (end - at < 2) return Verdict.truncatedLink;
  const isCompressed = (view.getUint8(at) & 1) !== 0;
  const protocol = isCompressed ? view.getUint8(at) : view.getUint16(at);
  const inside = at + (isCompressed ? 1 : 2);
  if (protocol === PppProtocol.ipv4 || protocol === PppProtocol.ipv6) return way.ip(way, inside, end);
  return protocol === PppProtocol.mpls ? decodeMpls(way, inside, end) : Verdict.notIp;
}

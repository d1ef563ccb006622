import type { Descent } from "../descent.ts";
import { Tunnel, Verdict } from "../packet.ts";

/** MPLS label stack (RFC 3032): to the bottom of the stack, then IP by its version, or Ethernet behind a control word. */
export function decodeMpls(way: Descent, at: number, end: number): Verdict {
  const { packet } = way;
  const { view } = packet;
  packet.tunnel = Tunnel.mpls;
  for (;;) {
    if (end - at < 4) return Verdict.truncatedLink;
    const isBottom = (view.getUint8(at + 2) & 1) !== 0;
    at += 4;
    if (isBottom) break;
  }
  if (at >= end) return Verdict.truncatedLink;
  const nibble = view.getUint8(at) >> 4;
  if (nibble === 4 || nibble === 6) return way.ip(way, at, end);
  return nibble === 0 ? way.link(way, 1, at + 4, end) : Verdict.notIp;
}

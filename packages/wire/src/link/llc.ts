import type { Descent } from "../descent.ts";
import { Verdict } from "../packet.ts";

/** IEEE 802.2 LLC: SNAP with an EtherType, or the service access point of IP. */
export function decodeLlc(way: Descent, at: number, end: number): Verdict {
  const { view } = way.packet;
  if (end - at < 3) return Verdict.truncatedLink;
  const service = view.getUint8(at);
  if (service === 0xaa && end - at >= 8) return way.etherType(way, view.getUint16(at + 6), at + 8, end);
  return service === 0x06 ? way.ip(way, at + 3, end) : Verdict.notIp;
}

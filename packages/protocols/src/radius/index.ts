import type { Dissector } from "../contract.ts";
import { radiusRecord } from "./record.ts";
import { MAX_PENDING, RadiusSession } from "./session.ts";
import { CODES, HEADER_BYTES, MAX_PACKET_BYTES, parsePacket } from "./wire.ts";

/** RADIUS over UDP: access, accounting, and changes that servers ask for. */
export const radius: Dissector<(typeof radiusRecord)["id"]> = {
  id: radiusRecord.id,
  transports: ["udp"],
  ports: [1812, 1813, 1645, 1646, 3799],
  specs: ["RFC 2865", "RFC 2866", "RFC 5176"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: MAX_PACKET_BYTES, bodyBytes: 0 },
  probe(_direction, bytes) {
    const code = bytes[0] ?? 0;
    if (code > 45 || bytes.length < HEADER_BYTES || !CODES.has(code)) return "noMatch";
    const packet = parsePacket(bytes);
    if (packet?.isWhole !== true || packet.length !== bytes.length) return "noMatch";
    // A head alone may be anything; attributes that fill the packet, some of them known, are hardly chance.
    return packet.attributes.size >= 2 || hasRandomAuthenticator(bytes) ? "match" : "noMatch";
  },
  asks: (bytes) => CODES.get(bytes[0] ?? 0)?.isRequest,
  open: (context) => new RadiusSession(context),
};

/** Sixteen bytes of chance or of a hash: many different ones. Counters and padding of other protocols are not. */
function hasRandomAuthenticator(bytes: Uint8Array): boolean {
  return new Set(bytes.subarray(4, HEADER_BYTES)).size >= 8;
}

import type { Descent } from "../descent.ts";
import { Verdict } from "../packet.ts";

/** Address family and version; behind it the attributes (linux/netfilter/nfnetlink.h). */
const NETFILTER_HEADER_BYTES = 4;
/** Which attribute is the packet: of a log message, of a packet that a program is asked about. */
const LOG_PAYLOAD = 9;
const QUEUE_PAYLOAD = 10;

/** LINKTYPE_NETLINK: a cooked header, whose last field is the family, then the message's (RFC 3549 §2.2). */
const FAMILY_AT = 14;
const COOKED_BYTES = 16;
const NETLINK = { type: 4, bytes: 16 } as const;
const NETFILTER_FAMILY = 12;
/** Kinds of netfilter's messages that carry a packet: what a program is asked about, and what is logged. */
const QUEUE_PACKET = 0x0300;
const LOG_PACKET = 0x0400;

/** Linux netfilter log: a header, then attributes in host order, of which one is the packet. */
export function decodeNflog(way: Descent, at: number, end: number): Verdict {
  return decodePayload(way, LOG_PAYLOAD, at, end);
}

/** A Netlink message: a packet where netfilter carries one. Hosts are taken to be little-endian, as all that are met. */
export function decodeNetlink(way: Descent, at: number, end: number): Verdict {
  const message = at + COOKED_BYTES;
  if (end - message < NETLINK.bytes) return Verdict.truncatedLink;
  const { view } = way.packet;
  if (view.getUint16(at + FAMILY_AT) !== NETFILTER_FAMILY) return Verdict.notIp;
  const type = view.getUint16(message + NETLINK.type, true);
  if (type === QUEUE_PACKET) return decodePayload(way, QUEUE_PAYLOAD, message + NETLINK.bytes, end);
  return type === LOG_PACKET ? decodePayload(way, LOG_PAYLOAD, message + NETLINK.bytes, end) : Verdict.notIp;
}

function decodePayload(way: Descent, payload: number, at: number, end: number): Verdict {
  const { view } = way.packet;
  for (let attribute = at + NETFILTER_HEADER_BYTES; attribute + 4 <= end; ) {
    const length = view.getUint16(attribute, true);
    if (length < 4) return Verdict.truncatedLink;
    if (view.getUint16(attribute + 2, true) === payload)
      return way.ip(way, attribute + 4, Math.min(end, attribute + length));
    attribute += (length + 3) & ~3;
  }
  return Verdict.notIp;
}

import { formatIpv4, formatIpv6 } from "@weir/base";
import { canonicalAddress } from "../canonical-address.ts";
import type { Translation } from "./conntrack.ts";

/**
 * Messages of the kernel's connection tracking as they come over netlink (linux/netlink.h, linux/netfilter/nfnetlink_conntrack.h). Headers and lengths are in
 * the host's byte order, little-endian on everything that Node runs on under Linux but s390x and ppc64; addresses and ports in the network's.
 */
const MESSAGE_HEADER_BYTES = 16;
/** `struct nfgenmsg` behind it. */
const FAMILY_HEADER_BYTES = 4;
const ATTRIBUTE_HEADER_BYTES = 4;
/** An attribute that holds others says so in its type. */
const TYPE = 0x3fff;
/** `NFNL_SUBSYS_CTNETLINK` in the upper byte. */
const MessageType = { new: 0x0100, delete: 0x0102 } as const;
const Attribute = { tupleOriginal: 1, tupleReply: 2 } as const;
const TupleAttribute = { ip: 1, protocol: 2 } as const;
const IpAttribute = { v4Source: 1, v4Destination: 2, v6Source: 3, v6Destination: 4 } as const;
const ProtocolAttribute = { number: 1, sourcePort: 2, destinationPort: 3 } as const;
const TRANSPORTS: Readonly<Record<number, Translation["transport"]>> = { 6: "tcp", 17: "udp", 132: "sctp" };

/** A connection that begins or ends to be translated. */
export interface TranslationEvent {
  readonly kind: "begins" | "ends";
  readonly translation: Translation;
}

interface Tuple {
  source: string;
  destination: string;
  protocol: number;
  sourcePort: number;
  destinationPort: number;
}

/** What a datagram of the connection tracking's events tells of connections that are translated; what it tells of others, and what is cut, is left out. */
export function parseConntrackEvents(datagram: Uint8Array): TranslationEvent[] {
  const view = new DataView(datagram.buffer, datagram.byteOffset, datagram.byteLength);
  const events: TranslationEvent[] = [];
  for (let at = 0; at + MESSAGE_HEADER_BYTES + FAMILY_HEADER_BYTES <= view.byteLength; ) {
    const bytes = view.getUint32(at, true);
    if (bytes < MESSAGE_HEADER_BYTES + FAMILY_HEADER_BYTES || at + bytes > view.byteLength) break;
    const type = view.getUint16(at + 4, true);
    if (type === MessageType.new || type === MessageType.delete) {
      const translation = translationIn(view, at + MESSAGE_HEADER_BYTES + FAMILY_HEADER_BYTES, at + bytes);
      if (translation !== undefined) events.push({ kind: type === MessageType.new ? "begins" : "ends", translation });
    }
    at += aligned(bytes);
  }
  return events;
}

function translationIn(view: DataView, from: number, to: number): Translation | undefined {
  const asked = newTuple();
  const answered = newTuple();
  eachAttribute(view, from, to, (type, at, end) => {
    if (type === Attribute.tupleOriginal) readTuple(view, at, end, asked);
    else if (type === Attribute.tupleReply) readTuple(view, at, end, answered);
  });
  const transport = TRANSPORTS[asked.protocol];
  if (transport === undefined || answered.source === "") return undefined;
  if (answered.source === asked.destination && answered.sourcePort === asked.destinationPort) return undefined;
  return {
    transport,
    clientAddress: asked.source,
    clientPort: asked.sourcePort,
    askedAddress: asked.destination,
    askedPort: asked.destinationPort,
    answeringAddress: answered.source,
    answeringPort: answered.sourcePort,
  };
}

function readTuple(view: DataView, from: number, to: number, tuple: Tuple): void {
  eachAttribute(view, from, to, (type, at, end) => {
    if (type === TupleAttribute.ip)
      eachAttribute(view, at, end, (kind, value, after) => readAddress(view, kind, value, after, tuple));
    else if (type === TupleAttribute.protocol)
      eachAttribute(view, at, end, (kind, value, after) => readProtocol(view, kind, value, after, tuple));
  });
}

function readAddress(view: DataView, kind: number, at: number, end: number, tuple: Tuple): void {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, end - at);
  const isV4 = (kind === IpAttribute.v4Source || kind === IpAttribute.v4Destination) && bytes.length === 4;
  const isV6 = (kind === IpAttribute.v6Source || kind === IpAttribute.v6Destination) && bytes.length === 16;
  if (!isV4 && !isV6) return;
  const text = canonicalAddress(isV4 ? formatIpv4(bytes, 0) : formatIpv6(bytes, 0));
  if (kind === IpAttribute.v4Source || kind === IpAttribute.v6Source) tuple.source = text;
  else tuple.destination = text;
}

function readProtocol(view: DataView, kind: number, at: number, end: number, tuple: Tuple): void {
  if (kind === ProtocolAttribute.number && end > at) tuple.protocol = view.getUint8(at);
  if (end < at + 2) return;
  if (kind === ProtocolAttribute.sourcePort) tuple.sourcePort = view.getUint16(at);
  else if (kind === ProtocolAttribute.destinationPort) tuple.destinationPort = view.getUint16(at);
}

/** Calls back with each attribute's type and where its value lies. */
function eachAttribute(
  view: DataView,
  from: number,
  to: number,
  take: (type: number, at: number, end: number) => void,
): void {
  for (let at = from; at + ATTRIBUTE_HEADER_BYTES <= to; ) {
    const bytes = view.getUint16(at, true);
    if (bytes < ATTRIBUTE_HEADER_BYTES || at + bytes > to) return;
    take(view.getUint16(at + 2, true) & TYPE, at + ATTRIBUTE_HEADER_BYTES, at + bytes);
    at += aligned(bytes);
  }
}

function newTuple(): Tuple {
  return { source: "", destination: "", protocol: 0, sourcePort: 0, destinationPort: 0 };
}

function aligned(bytes: number): number {
  return (bytes + 3) & ~3;
}

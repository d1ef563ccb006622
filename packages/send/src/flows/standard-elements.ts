import type { Connection } from "@weir/model";
import type { Element, ElementType, ElementValue, FlowSource } from "./element.ts";
import type { FlowHalf } from "./halves.ts";

const NS_PER_MS = 1_000_000n;
/** IANA's numbers of transport protocols. */
const PROTOCOL_NUMBERS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 };
/** Bits of the TCP header's flags. */
const FLAG = { fin: 0x01, syn: 0x02, rst: 0x04, psh: 0x08, ack: 0x10 } as const;
/** Parts of `completeness`. */
const SEEN = { syn: 1, synAck: 2, ack: 4 } as const;

const iana = (
  number: number,
  name: string,
  type: ElementType,
  meaning: string,
  value: (source: FlowSource) => ElementValue,
): Element => ({ number, name, type, isOwn: false, meaning, value });

/** Addresses: the only elements in which the two versions of IP differ. */
export const ADDRESSES = {
  ipv4: [
    iana(8, "sourceIPv4Address", "ipv4Address", "Who sent", ({ half }) => half.source),
    iana(12, "destinationIPv4Address", "ipv4Address", "Who it was for", ({ half }) => half.destination),
  ],
  ipv6: [
    iana(27, "sourceIPv6Address", "ipv6Address", "Who sent", ({ half }) => half.source),
    iana(28, "destinationIPv6Address", "ipv6Address", "Who it was for", ({ half }) => half.destination),
  ],
} as const;

/** Elements of IANA's registry (https://www.iana.org/assignments/ipfix) that every record has; NetFlow 9 knows them by the same numbers. */
export const STANDARD_ELEMENTS: readonly Element[] = [
  iana(7, "sourceTransportPort", "unsigned16", "Port of the sender", ({ half }) => half.sourcePort),
  iana(11, "destinationTransportPort", "unsigned16", "Port of the receiver", ({ half }) => half.destinationPort),
  iana(
    4,
    "protocolIdentifier",
    "unsigned8",
    "IANA's number of the transport protocol",
    ({ connection }) => PROTOCOL_NUMBERS[connection.transport] ?? 0,
  ),
  iana(
    1,
    "octetDeltaCount",
    "unsigned64",
    "Bytes that the sender sent, of whole frames as they were on the wire",
    ({ half }) => half.bytes,
  ),
  iana(2, "packetDeltaCount", "unsigned64", "Packets that the sender sent", ({ half }) => half.packets),
  iana(
    152,
    "flowStartMilliseconds",
    "dateTimeMilliseconds",
    "First packet of the connection",
    ({ connection }) => connection.startedAt / NS_PER_MS,
  ),
  iana(
    153,
    "flowEndMilliseconds",
    "dateTimeMilliseconds",
    "Last packet of the connection",
    ({ connection }) => (connection.startedAt + BigInt(Math.round(connection.durationNs))) / NS_PER_MS,
  ),
  iana(
    6,
    "tcpControlBits",
    "unsigned16",
    "Flags of TCP that the sender is known to have sent",
    ({ connection, half }) => flagsOf(connection, half),
  ),
  iana(
    5,
    "ipClassOfService",
    "unsigned8",
    "Differentiated services code point of the sender's first packet, as it stands in the octet",
    ({ connection, half }) =>
      (half.side === "client" ? (connection.clientDscp ?? 0) : (connection.serverDscp ?? 0)) * 4,
  ),
  iana(
    58,
    "vlanId",
    "unsigned16",
    "VLAN of the first packet; 0 where none",
    ({ connection }) => connection.vlanId ?? 0,
  ),
  iana(
    136,
    "flowEndReason",
    "unsigned8",
    "Why the record was made: 1 idle, 2 the connection goes on, 3 it ended, 4 Weir stopped, 5 limit",
    ({ half }) => half.endReason,
  ),
];

/** Texts, which NetFlow 9 has no form for. */
export const STANDARD_TEXTS: readonly Element[] = [
  iana(
    96,
    "applicationName",
    "string",
    "Application protocol as recognised by its bytes",
    ({ connection }) => connection.protocol,
  ),
];

/** What the record of a connection tells of one side's flags. */
function flagsOf(connection: Connection, { side }: FlowHalf): number {
  if (connection.transport !== "tcp") return 0;
  const isClient = side === "client";
  const { completeness } = connection;
  const has = (part: number) => (completeness & part) !== 0;
  const [fins, resets, payload] = isClient
    ? [connection.clientFins, connection.clientResets, connection.clientPayloadBytes]
    : [connection.serverFins, connection.serverResets, connection.serverPayloadBytes];
  return (
    (has(isClient ? SEEN.syn : SEEN.synAck) ? FLAG.syn : 0) |
    (has(isClient ? SEEN.ack : SEEN.synAck) || payload > 0 ? FLAG.ack : 0) |
    (payload > 0 ? FLAG.psh : 0) |
    (fins > 0 ? FLAG.fin : 0) |
    (resets > 0 ? FLAG.rst : 0)
  );
}

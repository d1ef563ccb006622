import { field } from "../field.ts";
import { bothSides } from "./sides.ts";
import { count, ns } from "./units.ts";

/** Sides that can end a connection; empty where none did. */
export const CLOSERS = ["", "client", "server"] as const;

/** How a connection ended, and by whose doing. */
export const CLOSE_REASONS = [
  /** FIN from both sides. */
  "closed",
  /** Still open when the capture ended. */
  "open",
  /** One side sent FIN, the other never did. */
  "halfClosedByClient",
  "halfClosedByServer",
  /** SYN answered with RST. */
  "refused",
  /** SYN never answered. */
  "noAnswer",
  /** SYN answered by an ICMP unreachable message. */
  "unreachable",
  /** SYN-ACK never acknowledged. */
  "handshakeIncomplete",
  /** SYN-ACK sent again though it was acknowledged: the server's accept queue is full. */
  "acceptQueueFull",
  /** RST after the SYN-ACK and before any data. */
  "handshakeResetByClient",
  "handshakeResetByServer",
  /** RST after data, from the client or the server. */
  "resetByClient",
  "resetByServer",
  /** RST by the client after its last answer was complete: normal for probes and pools. */
  "closedWithReset",
  /** RST by one side after the other had said FIN: it hung up with bytes unread, or had forgotten the connection. */
  "resetAfterClientFin",
  "resetAfterServerFin",
  /** One side sent again and again and got no answer any more. */
  "timedOutByClient",
  "timedOutByServer",
  /** Keep-alives were not answered any more. */
  "keepAliveFailed",
  /** No packet for the idle limit. */
  "idle",
  /** The same ports began a new connection. */
  "replaced",
  /** Given up by Weir: more connections were open than it may hold. */
  "limit",
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

/** Endings of connections that never came to work; a client that goes away by itself before it said anything (a probe) is none. */
export const NOT_ESTABLISHED: readonly CloseReason[] = [
  "refused",
  "noAnswer",
  "unreachable",
  "handshakeIncomplete",
  "acceptQueueFull",
  "handshakeResetByServer",
];

export const closeFields = [
  ...bothSides("Fins", "int", "FINs that the {side} sent; SCTP: SHUTDOWN and SHUTDOWN ACK chunks", {
    ...count,
    wireshark: "tcp.flags.fin",
  }),
  ...bothSides("Resets", "int", "RSTs that the {side} sent; SCTP: ABORT chunks", {
    ...count,
    wireshark: "tcp.flags.reset",
  }),
  field(
    "resetTtl",
    "int",
    "TTL or hop limit of the first RST: another than its side's other packets hints at a middlebox",
    { optional: true },
  ),
  field(
    "resetAfterNs",
    "int",
    "From the packet before it to the first RST: next to nothing after a request hints at a filter on the way",
    ns,
  ),
  field("unreachableCode", "string", "ICMP unreachable message that named this connection; empty where none", {
    cardinality: "few",
    wireshark: "icmp.code",
  }),
  field(
    "abortCause",
    "string",
    "Why an SCTP association was aborted, by who did it first (RFC 9260 §3.3.10); empty where it was not",
    { cardinality: "few", wireshark: "sctp.cause_code" },
  ),
  field("pathMtuBytes", "int", "Smallest MTU that an ICMP message named for this connection's way", {
    optional: true,
    unit: "bytes",
    wireshark: "icmp.mtu",
  }),
  field("closedBy", "string", "Who began to end it: the sender of the first FIN or reset; empty where there was none", {
    values: CLOSERS,
    cardinality: "few",
  }),
  field("closedAfterNs", "int", "From its first packet to the first FIN or reset", ns),
  field("closeReason", "string", "How it ended and by whose doing", { values: CLOSE_REASONS, cardinality: "few" }),
  field(
    "attempts",
    "int",
    "Connection attempts that this record sums up, where a flood or a scan made more than can be kept; else 1",
    count,
  ),
  field(
    "evidencePackets",
    "int[]",
    "Numbers of the packets that show its trouble: retransmissions, zero windows, resets (first 32)",
  ),
] as const;

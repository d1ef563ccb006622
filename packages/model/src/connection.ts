import { type Field, field, type RecordDefinition, type RecordOf } from "./field.ts";
import { GRADES } from "./grade.ts";

/** How a connection ended, and by whose doing. */
/** Sides that can end a connection; empty where none did. */
export const CLOSERS = ["", "client", "server"] as const;

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
  /** RST after data, from the client or the server. */
  "resetByClient",
  "resetByServer",
  /** RST by the client after its last answer was complete: normal for probes and pools. */
  "closedWithReset",
  /** No packet for the idle limit. */
  "idle",
  /** The same ports began a new connection. */
  "replaced",
] as const;
export type CloseReason = (typeof CLOSE_REASONS)[number];

type Opts = Partial<Omit<Field, "name" | "type" | "meaning">>;
const bytes = { unit: "bytes" } as const satisfies Opts;
const packets = { unit: "packets" } as const satisfies Opts;
const ns = { unit: "ns", optional: true } as const satisfies Opts;
const count = { unit: "count" } as const satisfies Opts;

const identityFields = [
  field("captureId", "string", "The capture it was seen in", { otel: "weir.capture.id" }),
  field("connectionId", "string", "Identity: capture, transport and stream number", { otel: "weir.connection.id" }),
  field("transport", "string", "Transport protocol", {
    values: ["tcp", "udp", "icmp", "sctp"],
    cardinality: "few",
    otel: "network.transport",
  }),
  field("streamNumber", "int", "Stream number as Wireshark shows it, per transport, from 0", {
    wireshark: "tcp.stream",
  }),
  field("protocol", "string", "Application protocol as recognised by its bytes; empty where it was not", {
    cardinality: "few",
    otel: "network.protocol.name",
  }),
  field("clientAddress", "string", "Address of the side that opened it", {
    otel: "client.address",
    sensitivity: "internal",
  }),
  field("clientPort", "int", "Port of the client", { otel: "client.port" }),
  field("clientService", "string", "Name of the client's service; its address where no name is known", {
    otel: "weir.client.service.name",
    sensitivity: "internal",
  }),
  field("serverAddress", "string", "Address of the side that was asked", {
    otel: "server.address",
    sensitivity: "internal",
  }),
  field("serverPort", "int", "Port of the server", { otel: "server.port" }),
  field("serverService", "string", "Name of the server's service; its address where no name is known", {
    otel: "weir.server.service.name",
    sensitivity: "internal",
  }),
  field(
    "directionScore",
    "int",
    "Confidence in who is the client: 255 certain (SYN seen), lower from protocol and ports",
  ),
  field("startedAt", "time", "Time of its first packet", { otel: "weir.connection.start" }),
  field("durationNs", "int", "First to last packet", { unit: "ns" }),
  field("firstPacket", "int", "Number of its first packet", { wireshark: "frame.number" }),
  field("lastPacket", "int", "Number of its last packet", { wireshark: "frame.number" }),
  field("firstFileOffset", "int", "Where its first packet lies in the uncompressed capture", { unit: "bytes" }),
  field("lastFileOffset", "int", "Where its last packet lies in the uncompressed capture", { unit: "bytes" }),
  field("vlanId", "int", "VLAN of the first packet", { optional: true, wireshark: "vlan.id" }),
  field("tunnel", "string", "Tunnel it was seen in, innermost; empty where none", { cardinality: "few" }),
] as const;

const volumeFields = [
  field("clientPackets", "int", "Packets the client sent", packets),
  field("serverPackets", "int", "Packets the server sent", packets),
  field("clientBytes", "int", "Bytes on the wire that the client sent", bytes),
  field("serverBytes", "int", "Bytes on the wire that the server sent", bytes),
  field("clientPayloadBytes", "int", "Transport payload that the client sent, retransmissions included", {
    ...bytes,
    wireshark: "tcp.len",
  }),
  field("serverPayloadBytes", "int", "Transport payload that the server sent, retransmissions included", {
    ...bytes,
    wireshark: "tcp.len",
  }),
  field("clientGoodputBytes", "int", "Payload that the client sent for the first time", bytes),
  field("serverGoodputBytes", "int", "Payload that the server sent for the first time", bytes),
] as const;

const healthFields = [
  field(
    "handshakeServerNs",
    "int",
    "First SYN to the last SYN-ACK before the ACK: the way to the server, seen from the vantage",
    ns,
  ),
  field("handshakeClientNs", "int", "That SYN-ACK to the ACK: the way to the client, seen from the vantage", ns),
  field("handshakeNs", "int", "First SYN to the ACK that ends the handshake", {
    ...ns,
    wireshark: "tcp.analysis.initial_rtt",
  }),
  field("firstByteNs", "int", "First request byte to first response byte", ns),
  field("synRetransmissions", "int", "SYNs sent again", count),
  field("synAckRetransmissions", "int", "SYN-ACKs sent again", count),
  field("completeness", "int", "Which parts were seen: SYN 1, SYN-ACK 2, ACK 4, DATA 8, FIN 16, RST 32", {
    wireshark: "tcp.completeness",
  }),
  field(
    "clientDataSegments",
    "int",
    "Segments with payload that the client sent: the denominator of its ratios",
    packets,
  ),
  field(
    "serverDataSegments",
    "int",
    "Segments with payload that the server sent: the denominator of its ratios",
    packets,
  ),
  field("clientRetransmissions", "int", "Segments that the client sent again (fast and spurious ones included)", {
    ...count,
    wireshark: "tcp.analysis.retransmission",
  }),
  field("serverRetransmissions", "int", "Segments that the server sent again (fast and spurious ones included)", {
    ...count,
    wireshark: "tcp.analysis.retransmission",
  }),
  field("clientFastRetransmissions", "int", "Of those, after two or more duplicate ACKs", {
    ...count,
    wireshark: "tcp.analysis.fast_retransmission",
  }),
  field("serverFastRetransmissions", "int", "Of those, after two or more duplicate ACKs", {
    ...count,
    wireshark: "tcp.analysis.fast_retransmission",
  }),
  field("clientSpuriousRetransmissions", "int", "Of those, of data already acknowledged", {
    ...count,
    wireshark: "tcp.analysis.spurious_retransmission",
  }),
  field("serverSpuriousRetransmissions", "int", "Of those, of data already acknowledged", {
    ...count,
    wireshark: "tcp.analysis.spurious_retransmission",
  }),
  field(
    "clientCopies",
    "int",
    "Client's packets that came a second time unchanged (same IP identification): made by the capture or the network",
    count,
  ),
  field(
    "serverCopies",
    "int",
    "Server's packets that came a second time unchanged (same IP identification): made by the capture or the network",
    count,
  ),
  field(
    "clientDataRetransmissions",
    "int",
    "Client's segments with payload among those sent again, copies left out: the numerator of its ratio",
    count,
  ),
  field(
    "serverDataRetransmissions",
    "int",
    "Server's segments with payload among those sent again, copies left out: the numerator of its ratio",
    count,
  ),
  field("retransmissionRatio", "float", "Data segments sent again, of all data segments, both directions", {
    unit: "ratio",
  }),
  field("clientOutOfOrder", "int", "Client's segments that arrived after a later one", {
    ...count,
    wireshark: "tcp.analysis.out_of_order",
  }),
  field("serverOutOfOrder", "int", "Server's segments that arrived after a later one", {
    ...count,
    wireshark: "tcp.analysis.out_of_order",
  }),
  field("clientLostSegments", "int", "Gaps in what the client sent: lost before the vantage, or not captured", {
    ...count,
    wireshark: "tcp.analysis.lost_segment",
  }),
  field("serverLostSegments", "int", "Gaps in what the server sent: lost before the vantage, or not captured", {
    ...count,
    wireshark: "tcp.analysis.lost_segment",
  }),
  field("clientUnseenAcked", "int", "Client's ACKs for data of the server's that the capture never saw", {
    ...count,
    wireshark: "tcp.analysis.ack_lost_segment",
  }),
  field("serverUnseenAcked", "int", "Server's ACKs for data of the client's that the capture never saw", {
    ...count,
    wireshark: "tcp.analysis.ack_lost_segment",
  }),
  field("clientDuplicateAcks", "int", "Duplicate ACKs that the client sent", {
    ...count,
    wireshark: "tcp.analysis.duplicate_ack",
  }),
  field("serverDuplicateAcks", "int", "Duplicate ACKs that the server sent", {
    ...count,
    wireshark: "tcp.analysis.duplicate_ack",
  }),
  field("clientZeroWindows", "int", "Packets in which the client said it has no room: the client is not reading", {
    ...count,
    wireshark: "tcp.analysis.zero_window",
  }),
  field("serverZeroWindows", "int", "Packets in which the server said it has no room: the server is not reading", {
    ...count,
    wireshark: "tcp.analysis.zero_window",
  }),
  field("clientZeroWindowNs", "int", "Time that the client's window stood at zero", { ...ns, optional: false }),
  field("serverZeroWindowNs", "int", "Time that the server's window stood at zero", { ...ns, optional: false }),
  field("clientZeroWindowProbes", "int", "Probes of the other side's closed window that the client sent", {
    ...count,
    wireshark: "tcp.analysis.zero_window_probe",
  }),
  field("serverZeroWindowProbes", "int", "Probes of the other side's closed window that the server sent", {
    ...count,
    wireshark: "tcp.analysis.zero_window_probe",
  }),
  field("clientWindowFull", "int", "Client's segments that filled the server's window", {
    ...count,
    wireshark: "tcp.analysis.window_full",
  }),
  field("serverWindowFull", "int", "Server's segments that filled the client's window", {
    ...count,
    wireshark: "tcp.analysis.window_full",
  }),
  field("clientWindowUpdates", "int", "Window updates that the client sent", {
    ...count,
    wireshark: "tcp.analysis.window_update",
  }),
  field("serverWindowUpdates", "int", "Window updates that the server sent", {
    ...count,
    wireshark: "tcp.analysis.window_update",
  }),
  field("clientKeepAlives", "int", "Keep-alive probes that the client sent", {
    ...count,
    wireshark: "tcp.analysis.keep_alive",
  }),
  field("serverKeepAlives", "int", "Keep-alive probes that the server sent", {
    ...count,
    wireshark: "tcp.analysis.keep_alive",
  }),
  field("clientKeepAliveAcks", "int", "Answers to keep-alives that the client sent", {
    ...count,
    wireshark: "tcp.analysis.keep_alive_ack",
  }),
  field("serverKeepAliveAcks", "int", "Answers to keep-alives that the server sent", {
    ...count,
    wireshark: "tcp.analysis.keep_alive_ack",
  }),
  field("clientMinWindowBytes", "int", "Smallest window that the client offered, scaled", { ...bytes, optional: true }),
  field("serverMinWindowBytes", "int", "Smallest window that the server offered, scaled", { ...bytes, optional: true }),
  field("clientMss", "int", "Maximum segment size that the client announced", {
    ...bytes,
    optional: true,
    wireshark: "tcp.options.mss_val",
  }),
  field("serverMss", "int", "Maximum segment size that the server announced", {
    ...bytes,
    optional: true,
    wireshark: "tcp.options.mss_val",
  }),
  field("clientWindowScale", "int", "Window scale shift that the client announced", {
    optional: true,
    wireshark: "tcp.options.wscale.shift",
  }),
  field("serverWindowScale", "int", "Window scale shift that the server announced", {
    optional: true,
    wireshark: "tcp.options.wscale.shift",
  }),
  field(
    "rttServerMinNs",
    "int",
    "Round trip vantage to server and back: smallest sample (client's data to server's ACK)",
    ns,
  ),
  field("rttServerMeanNs", "int", "Round trip vantage to server and back: mean", ns),
  field("rttServerMaxNs", "int", "Round trip vantage to server and back: largest", ns),
  field("rttServerSamples", "int", "Samples of it", count),
  field(
    "rttClientMinNs",
    "int",
    "Round trip vantage to client and back: smallest sample (server's data to client's ACK)",
    ns,
  ),
  field("rttClientMeanNs", "int", "Round trip vantage to client and back: mean", ns),
  field("rttClientMaxNs", "int", "Round trip vantage to client and back: largest", ns),
  field("rttClientSamples", "int", "Samples of it", count),
  field("longestStallNs", "int", "Longest pause between two packets of the connection", { ...ns, optional: false }),
  field("clientFins", "int", "FINs that the client sent", count),
  field("serverFins", "int", "FINs that the server sent", count),
  field("clientResets", "int", "RSTs that the client sent", count),
  field("serverResets", "int", "RSTs that the server sent", count),
  field("clientTtl", "int", "TTL or hop limit of the client's first packet", { optional: true, wireshark: "ip.ttl" }),
  field("serverTtl", "int", "TTL or hop limit of the server's first packet", { optional: true, wireshark: "ip.ttl" }),
  field(
    "resetTtl",
    "int",
    "TTL or hop limit of the first RST: another than its side's other packets hints at a middlebox",
    { optional: true },
  ),
  field("unreachableCode", "string", "ICMP unreachable message that named this connection; empty where none", {
    cardinality: "few",
    wireshark: "icmp.code",
  }),
  field("closedBy", "string", "Who began to end it: the sender of the first FIN or reset; empty where there was none", {
    values: CLOSERS,
    cardinality: "few",
  }),
  field("closedAfterNs", "int", "From its first packet to the first FIN or reset", { ...ns, optional: true }),
  field("closeReason", "string", "How it ended and by whose doing", { values: CLOSE_REASONS, cardinality: "few" }),
  field(
    "evidencePackets",
    "int[]",
    "Numbers of the packets that show its trouble: retransmissions, zero windows, resets (first 32)",
  ),
] as const;

const callFields = [
  field("calls", "int", "Calls on it", count),
  field("callErrors", "int", "Of those, failed: client error, server error, timeout or aborted", count),
  field("tlsServerName", "string", "Server name that the TLS client asked for", {
    optional: true,
    otel: "tls.client.server_name",
    sensitivity: "internal",
  }),
  field("grade", "string", "How far its numbers can be trusted", { values: GRADES, cardinality: "few" }),
  field("gradeReasons", "string[]", "Why not whole"),
] as const;

const fields = [...identityFields, ...volumeFields, ...healthFields, ...callFields] as const;

/** Both directions of one transport conversation, with its health. */
export const connectionRecord = {
  name: "connection",
  table: "connections",
  meaning: "Both directions of one transport conversation, with its health.",
  fields,
} as const satisfies RecordDefinition;

export type Connection = RecordOf<typeof fields>;

/** The part of a {@link Connection} that the flow layer knows by itself: all but names, protocol and calls. */
export type ConnectionHealth = Omit<
  Connection,
  | "captureId"
  | "connectionId"
  | "protocol"
  | "clientService"
  | "serverService"
  | "startedAt"
  | "calls"
  | "callErrors"
  | "tlsServerName"
  | "grade"
>;

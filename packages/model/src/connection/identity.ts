import { field } from "../field.ts";
import { TRANSPORTS } from "../transport.ts";

/** What told client from server, from the surest to a guess. */
export const DIRECTION_EVIDENCE = [
  /** A SYN, or a SYN-ACK. */
  "handshake",
  /** What its application protocol said: who sent the request. */
  "protocol",
  /** The same server and port were seen to be asked by a SYN before. */
  "history",
  /** One of the ports is a system port (RFC 6335 §6), the other is not. */
  "knownPort",
  /** One of the ports is of the ephemeral range, the other is not. */
  "ephemeralPort",
  /** Nothing but who sent the first packet. */
  "firstSpeaker",
] as const;
export type DirectionEvidence = (typeof DIRECTION_EVIDENCE)[number];

export const identityFields = [
  field("captureId", "string", "The capture it was seen in", { otel: "weir.capture.id" }),
  field("connectionId", "string", "Identity: capture, transport and stream number", { otel: "weir.connection.id" }),
  field("transport", "string", "Transport protocol", {
    values: TRANSPORTS,
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
  field("clientAddress", "string", "Address of the side that opened it; empty in a summary of attempts by several", {
    otel: "client.address",
    sensitivity: "internal",
  }),
  field("clientPort", "int", "Port of the client; 0 in a summary of attempts from several", { otel: "client.port" }),
  field("clientService", "string", "Name of the client's service; its address where no name is known", {
    otel: "weir.client.service.name",
    sensitivity: "internal",
  }),
  field("serverAddress", "string", "Address of the side that was asked; empty in a summary of attempts at several", {
    otel: "server.address",
    sensitivity: "internal",
  }),
  field("serverPort", "int", "Port of the server; 0 in a summary of attempts at several", { otel: "server.port" }),
  field("serverService", "string", "Name of the server's service; its address where no name is known", {
    otel: "weir.server.service.name",
    sensitivity: "internal",
  }),
  field(
    "directionScore",
    "int",
    "Confidence in who is the client: 255 certain (SYN seen), 64 no better than who spoke first",
  ),
  field("directionEvidence", "string", "What that confidence stands on", {
    values: DIRECTION_EVIDENCE,
    cardinality: "few",
  }),
  field("startedAt", "time", "Time of its first packet", { otel: "weir.connection.start" }),
  field("durationNs", "int", "First to last packet", { unit: "ns" }),
  field("firstPacket", "int", "Number of its first packet", { wireshark: "frame.number" }),
  field("lastPacket", "int", "Number of its last packet", { wireshark: "frame.number" }),
  field("firstFileOffset", "int", "Where its first packet lies in the uncompressed capture", { unit: "bytes" }),
  field("lastFileOffset", "int", "Where its last packet lies in the uncompressed capture", { unit: "bytes" }),
  field("vlanId", "int", "VLAN of the first packet", { optional: true, wireshark: "vlan.id" }),
  field("tunnel", "string", "Tunnel it was seen in, innermost; empty where none", { cardinality: "few" }),
  field(
    "vantages",
    "string",
    "Interfaces of the agent's host that saw it, four at most, joined by commas: a packet counts once, as the first of them saw it",
    { optional: true, cardinality: "few" },
  ),
  field("paths", "int", "Pairs of addresses that its packets went between: more than 1 where an SCTP end has several", {
    unit: "count",
  }),
] as const;

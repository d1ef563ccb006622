import { field } from "../field.ts";
import { count, ns, spentNs } from "./units.ts";

/** What a connection's longest pause waited for. */
export const STALL_REASONS = [
  /** No pause, or nothing that tells. */
  "",
  /** The SYN's answer, or the ACK that ends the handshake. */
  "handshake",
  /** The server's answer: the request was acknowledged. */
  "serverThinking",
  /** The server's next bytes in the middle of an answer. */
  "serverPausing",
  /** The client's next request: everything was answered. */
  "clientIdle",
  /** The client's next bytes in the middle of a request. */
  "clientPausing",
  /** An acknowledgment: bytes were on their way and lost, or their ACK was. */
  "acknowledgment",
  /** Room in the receiver's window. */
  "clientWindow",
  "serverWindow",
  /** The other side's FIN. */
  "close",
] as const;
export type StallReason = (typeof STALL_REASONS)[number];

export const handshakeFields = [
  field(
    "handshakeServerNs",
    "int",
    "First SYN to the last SYN-ACK before the ACK (SCTP: INIT to INIT ACK): the way to the server, seen from the vantage",
    ns,
  ),
  field(
    "handshakeClientNs",
    "int",
    "That SYN-ACK to the ACK (SCTP: INIT ACK to COOKIE ECHO): the way to the client, seen from the vantage",
    ns,
  ),
  field("handshakeNs", "int", "First SYN to the ACK that ends the handshake (SCTP: INIT to COOKIE ACK)", {
    ...ns,
    wireshark: "tcp.analysis.initial_rtt",
  }),
  field("synRetransmissions", "int", "SYNs sent again; SCTP: INITs", count),
  field("synAckRetransmissions", "int", "SYN-ACKs sent again; SCTP: INIT ACKs", count),
  field(
    "completeness",
    "int",
    "Which parts were seen: SYN 1, SYN-ACK 2, ACK 4, DATA 8, FIN 16, RST 32; SCTP: INIT, INIT ACK, COOKIE ACK, DATA, SHUTDOWN, ABORT",
    {
      wireshark: "tcp.completeness",
    },
  ),
  field("portReuses", "int", "1 where its SYN came on ports that a known connection had used", {
    ...count,
    wireshark: "tcp.analysis.reused_ports",
  }),
] as const;

const roundTrip = (way: "Server" | "Client", meaning: string, by: string) =>
  [
    field(`rtt${way}MinNs`, "int", `${meaning}: smallest sample (${by})`, { ...ns, wireshark: "tcp.analysis.ack_rtt" }),
    field(`rtt${way}MeanNs`, "int", `${meaning}: mean`, ns),
    field(`rtt${way}MaxNs`, "int", `${meaning}: largest`, ns),
    field(`rtt${way}DeviationNs`, "int", `${meaning}: standard deviation (jitter)`, ns),
    field(`rtt${way}P50Ns`, "int", `${meaning}: median, within 10 % from the fifth sample on`, ns),
    field(`rtt${way}P95Ns`, "int", `${meaning}: 95th percentile, within 10 % from the fifth sample on`, ns),
    field(`rtt${way}P99Ns`, "int", `${meaning}: 99th percentile, within 10 % from the fifth sample on`, ns),
    field(`rtt${way}Samples`, "int", "Samples of it; none of a segment that was sent twice (Karn's rule)", count),
    field(
      `rtt${way}ByTimestamp`,
      "int",
      "Of those, of a segment sent twice whose ACK echoed which one it answers (RFC 7323 §4)",
      count,
    ),
  ] as const;

export const roundTripFields = [
  ...roundTrip("Server", "Round trip vantage to server and back", "client's data to server's ACK"),
  ...roundTrip("Client", "Round trip vantage to client and back", "server's data to client's ACK"),
] as const;

/** Who was waited for; the names in brackets are DeepFlow's. */
export const turnFields = [
  field("connectionTimeNs", "int", "First SYN to the first byte of payload", ns),
  field("firstByteNs", "int", "First request byte to first response byte", ns),
  field("thinkMeanNs", "int", "Client's last byte to the server's first, mean over turns (art)", ns),
  field("thinkMaxNs", "int", "Client's last byte to the server's first, longest turn", ns),
  field("thinkSamples", "int", "Turns from client to server", count),
  field("clientIdleMeanNs", "int", "Server's last byte to the client's next, mean over turns (cit)", ns),
  field("clientIdleMaxNs", "int", "Server's last byte to the client's next, longest turn", ns),
  field("clientIdleSamples", "int", "Turns from server to client", count),
  field("longestStallNs", "int", "Longest pause between two packets of the connection", spentNs),
  field("longestStallReason", "string", "What that pause waited for", { values: STALL_REASONS, cardinality: "few" }),
  field("longestStallPacket", "int", "Number of the packet that ended that pause; 0 where there was none", {
    wireshark: "frame.number",
  }),
] as const;

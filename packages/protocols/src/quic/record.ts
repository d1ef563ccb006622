import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, sensitivity: "internal" });
const word = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "few" });
const count = (name: string, meaning: string, otel: string) => field(name, "int", meaning, { otel, optional: true });
const flag = (name: string, meaning: string, otel: string) =>
  field(name, "bool", meaning, { otel, optional: true, cardinality: "few" });

/** What calls of QUIC carry: one call is one handshake, or one move to another path. */
export const quicRecord = {
  id: "quic",
  protocol: "quic",
  name: "QUIC",
  fields: [
    word("version", "Version of QUIC: 1, 2, draft-29; Google's as Q046", "weir.quic.version"),
    word(
      "triedVersion",
      "Version that the client tried first, where the two went on with another",
      "weir.quic.tried_version",
    ),
    field(
      "connectionId",
      "string",
      "Connection id that the client chose first, in hexadecimal; a move to another path has the same",
      {
        otel: "weir.quic.connection_id",
        optional: true,
        cardinality: "unbounded",
      },
    ),
    text("serverName", "Server name that the client asked for (SNI)", "tls.client.server_name"),
    word("cipher", "Cipher suite that was chosen, by its IANA name", "tls.cipher"),
    word(
      "nextProtocol",
      "Application protocol that was agreed on (ALPN); known where secrets are",
      "tls.next_protocol",
    ),
    word("dnsOver", "What carries DNS, where the client offers DNS over QUIC (RFC 9250): quic", "weir.dns.over"),
    text(
      "offeredProtocols",
      "Application protocols that the client offered, separated by commas",
      "weir.tls.offered_protocols",
    ),
    field("ja3", "string", "JA3 fingerprint of the client", { otel: "tls.client.ja3", optional: true }),
    field("ja3s", "string", "JA3S fingerprint of the server", { otel: "tls.server.ja3s", optional: true }),
    field("ja4", "string", "JA4 fingerprint of the client, in its form for QUIC", {
      otel: "weir.tls.ja4",
      optional: true,
    }),
    word("group", "Group of the key exchange, by its IANA name", "tls.curve"),
    flag("isEstablished", "The client came to its own packets with a short header", "tls.established"),
    flag("isResumed", "The handshake resumed an earlier session", "tls.resumed"),
    flag("helloRetry", "true where the server asked for another ClientHello", "weir.tls.hello_retry"),
    field("handshakeNs", "int", "From the client's first packet to the one with which its handshake was over", {
      otel: "weir.quic.handshake_ns",
      optional: true,
      unit: "ns",
    }),
    count("retries", "Retry packets that the server answered with", "weir.quic.retries"),
    count(
      "versionNegotiations",
      "Version Negotiation packets that the server answered with",
      "weir.quic.version_negotiations",
    ),
    word(
      "offeredVersions",
      "Versions that a server offered that did not have the client's",
      "weir.quic.offered_versions",
    ),
    count("earlyPackets", "0-RTT packets of the client", "weir.quic.zero_rtt_packets"),
    flag("earlyAccepted", "Whether the server took them; known where secrets are", "weir.quic.zero_rtt_accepted"),
    word("error", "Error with which the connection was closed, by its name", "weir.quic.error"),
    count("errorCode", "Number of that error", "weir.quic.error_code"),
    word("closedBy", "Who closed the connection: client or server", "weir.quic.closed_by"),
    count("clientIdleTimeout", "Idle timeout of the client in milliseconds", "weir.quic.client.max_idle_timeout"),
    count("clientMaxData", "Bytes that the client takes on all streams at first", "weir.quic.client.initial_max_data"),
    count(
      "clientMaxStreamData",
      "Bytes that the client takes on a stream of its own at first",
      "weir.quic.client.initial_max_stream_data_bidi_local",
    ),
    count(
      "clientMaxStreams",
      "Streams in both directions that the server may open at first",
      "weir.quic.client.initial_max_streams_bidi",
    ),
    count("clientMaxPayload", "Longest UDP payload that the client takes", "weir.quic.client.max_udp_payload_size"),
    count(
      "serverIdleTimeout",
      "Idle timeout of the server in milliseconds; known where secrets are",
      "weir.quic.server.max_idle_timeout",
    ),
    count(
      "serverMaxData",
      "Bytes that the server takes on all streams at first; known where secrets are",
      "weir.quic.server.initial_max_data",
    ),
    count(
      "serverMaxStreamData",
      "Bytes that the server takes on a client's stream at first; known where secrets are",
      "weir.quic.server.initial_max_stream_data_bidi_remote",
    ),
    count(
      "serverMaxStreams",
      "Streams in both directions that the client may open at first; known where secrets are",
      "weir.quic.server.initial_max_streams_bidi",
    ),
    count(
      "serverMaxPayload",
      "Longest UDP payload that the server takes; known where secrets are",
      "weir.quic.server.max_udp_payload_size",
    ),
    count("streamId", "Number of the stream of an exchange of HTTP/3", "weir.http3.stream_id"),
    word("streamError", "Error code with which that stream was reset", "weir.http3.error_code"),
    word("streamResetBy", "Who reset it: client or server", "weir.http3.reset_by"),
    word("initiator", "Who closed or moved the connection, where that is told", "weir.call.initiator"),
    text("agent", "User agent that a Google QUIC client names", "user_agent.original"),
  ],
} as const satisfies ProtocolRecord;

import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, sensitivity: "internal" });
const word = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "few" });
const flag = (name: string, meaning: string, otel: string) =>
  field(name, "bool", meaning, { otel, optional: true, cardinality: "few" });
const moment = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true });
const step = (name: string, meaning: string, otel: string) =>
  field(name, "int", meaning, { otel, optional: true, unit: "ns" });

/** What calls of TLS carry: one call is one handshake, or an alert that ends a connection behind it. */
export const tlsRecord = {
  id: "tls",
  protocol: "tls",
  name: "TLS",
  fields: [
    word("version", "Version that was agreed on, as OpenTelemetry writes it: 1.2, 1.3", "tls.protocol.version"),
    word("protocolName", "Protocol family: tls, dtls, or ssl before TLS 1.0", "tls.protocol.name"),
    word("cipher", "Cipher suite that was chosen, by its IANA name", "tls.cipher"),
    word("cipherId", "Number of the cipher suite that was chosen: 0x1301", "weir.tls.cipher_id"),
    word("curve", "Group of the key exchange: x25519, X25519MLKEM768", "tls.curve"),
    word("signatureScheme", "What the server signs the handshake with", "weir.tls.signature_scheme"),
    text("serverName", "Server name that the client asked for (SNI)", "tls.client.server_name"),
    word("nextProtocol", "Application protocol that was agreed on (ALPN)", "tls.next_protocol"),
    text(
      "offeredProtocols",
      "Application protocols that the client offered, separated by commas",
      "weir.tls.offered_protocols",
    ),
    word("dnsOver", "What carries DNS, where that is DNS over TLS (RFC 7858) or DTLS (RFC 8094): tls", "weir.dns.over"),
    word(
      "dnsOverEvidence",
      "By what that is known: alpn, the client offers it; port, the client offers nothing and the port is 853",
      "weir.dns.over_evidence",
    ),
    text("offeredVersions", "Versions that the client offered, separated by commas", "weir.tls.offered_versions"),
    text("offeredGroups", "Groups that the client offered, separated by commas", "weir.tls.offered_groups"),
    text("keyShares", "Groups for which the client sent a key at once (TLS 1.3)", "weir.tls.key_shares"),
    flag("ech", "The client's hello is a cover for an encrypted one, or pretends so", "weir.tls.ech"),
    flag("grease", "The client sends values without a meaning (RFC 8701)", "weir.tls.grease"),
    text("ja3", "JA3 fingerprint of the client", "tls.client.ja3"),
    text("ja3s", "JA3S fingerprint of the server's answer", "tls.server.ja3s"),
    text("ja4", "JA4 fingerprint of the client", "weir.tls.ja4"),
    text("subject", "Subject of the server's certificate", "tls.server.subject"),
    text("issuer", "Issuer of the server's certificate", "tls.server.issuer"),
    moment("notBefore", "Begin of the certificate's validity, RFC 3339", "tls.server.not_before"),
    moment("notAfter", "End of the certificate's validity, RFC 3339", "tls.server.not_after"),
    text("certificateHash", "SHA-256 of the server's certificate", "tls.server.hash.sha256"),
    text("certificateNames", "Names that the certificate is for, separated by commas", "weir.tls.certificate_names"),
    text("certificateSerials", "Serial numbers of the chain, separated by commas", "weir.tls.certificate_serials"),
    word("certificateKey", "Kind and size of the certificate's key: RSA 2048", "weir.tls.certificate_key"),
    word("certificateSignature", "How the certificate is signed", "weir.tls.certificate_signature"),
    word(
      "certificateFaults",
      "What is wrong with the chain at the time of the capture: expired, notYetValid, selfSigned, nameMismatch, brokenChain, weakSignature, weakKey",
      "weir.tls.certificate_faults",
    ),
    word("clientCertificate", "requested or sent, where the server asks for one", "weir.tls.client_certificate"),
    text("clientSubject", "Subject of the client's certificate", "tls.client.subject"),
    text("clientIssuer", "Issuer of the client's certificate", "tls.client.issuer"),
    moment("clientNotBefore", "Begin of the client certificate's validity", "tls.client.not_before"),
    moment("clientNotAfter", "End of the client certificate's validity", "tls.client.not_after"),
    text("clientCertificateNames", "Names that the client's certificate is for", "weir.tls.client_certificate_names"),
    text("clientCertificateSerials", "Serial numbers of the client's chain", "weir.tls.client_certificate_serials"),
    word("alert", "Alert of the handshake, by its IANA name; `encrypted alert` where it is sealed", "weir.tls.alert"),
    word("alertLevel", "fatal or warning", "weir.tls.alert_level"),
    word("alertFrom", "Who sent it: client or server", "weir.tls.alert_from"),
    word("initiator", "Who sent what nobody answers", "weir.call.initiator"),
    flag(
      "helloRetry",
      "The server asked the client to try again, or in DTLS to prove its address",
      "weir.tls.hello_retry",
    ),
    flag("renegotiation", "It follows another handshake on the same connection", "weir.tls.renegotiation"),
    word("earlyData", "0-RTT data: offered, accepted or rejected", "weir.tls.early_data"),
    flag("decrypted", "Records were opened with secrets from a key log", "weir.tls.decrypted"),
    flag("isEstablished", "Both sides came to the encrypted part", "tls.established"),
    flag("isResumed", "The handshake resumed an earlier session", "tls.resumed"),
    word("resumption", "How it was resumed: psk, ticket or sessionId", "weir.tls.resumption"),
    step("handshakeNs", "First byte of the ClientHello to the last message that both need", "weir.tls.handshake_ns"),
    step("helloRetryNs", "ClientHello to the second one that the server asked for", "weir.tls.hello_retry_ns"),
    step("serverHelloNs", "ClientHello to ServerHello: network and server", "weir.tls.server_hello_ns"),
    step("serverFlightNs", "ServerHello to the end of what the server sends with it", "weir.tls.server_flight_ns"),
    step(
      "clientFlightNs",
      "End of the server's flight to the client's Finished: network, and the client checking the certificate",
      "weir.tls.client_flight_ns",
    ),
    step("serverFinishedNs", "Client's Finished to the server's, up to TLS 1.2", "weir.tls.server_finished_ns"),
    step("firstDataNs", "End of the handshake to the first application data", "weir.tls.first_data_ns"),
  ],
} as const satisfies ProtocolRecord;

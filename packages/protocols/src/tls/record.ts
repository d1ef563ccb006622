import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, sensitivity: "internal" });
const word = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "few" });

/** What calls of TLS carry: one call is one handshake. */
export const tlsRecord = {
  id: "tls",
  protocol: "tls",
  name: "TLS",
  fields: [
    word("version", "Version that was agreed on, as OpenTelemetry writes it: 1.2, 1.3", "tls.protocol.version"),
    word("protocolName", "Protocol family: tls, or ssl before TLS 1.0", "tls.protocol.name"),
    word("cipher", "Cipher suite that was chosen, by its IANA name", "tls.cipher"),
    text("serverName", "Server name that the client asked for (SNI)", "tls.client.server_name"),
    word("nextProtocol", "Application protocol that was agreed on (ALPN)", "tls.next_protocol"),
    text(
      "offeredProtocols",
      "Application protocols that the client offered, separated by commas",
      "weir.tls.offered_protocols",
    ),
    text("certificateNames", "Names that the certificate is for, separated by commas", "weir.tls.certificate_names"),
    word("alert", "Alert that ended the handshake, by its IANA name", "weir.tls.alert"),
    word("alertFrom", "Who sent it: client or server", "weir.tls.alert_from"),
    word("helloRetry", "true where the server asked the client to try again", "weir.tls.hello_retry"),
    text("subject", "Subject of the server's certificate", "tls.server.subject"),
    text("issuer", "Issuer of the server's certificate", "tls.server.issuer"),
    field("notBefore", "string", "Begin of the certificate's validity, RFC 3339", {
      otel: "tls.server.not_before",
      optional: true,
    }),
    field("notAfter", "string", "End of the certificate's validity, RFC 3339", {
      otel: "tls.server.not_after",
      optional: true,
    }),
    field("isEstablished", "bool", "Both sides came to the encrypted part", {
      otel: "tls.established",
      optional: true,
      cardinality: "few",
    }),
    field("isResumed", "bool", "The handshake resumed an earlier session", {
      otel: "tls.resumed",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;

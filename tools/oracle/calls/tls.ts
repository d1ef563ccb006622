import type { Call } from "@weir/model";
import type { CallComparison, FactsEvent, Said } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

type Statements = readonly Omit<Said, "stream" | "frame">[];

/** Fields that the facts have of a hello, as they stand there. */
const HELLO_FACTS = ["tls.handshake.extensions_server_name", "tls.handshake.ja3", "tls.handshake.ja3s"] as const;

/** TLS: what hellos offer and choose, certificates, alerts. */
export const tls: CallComparison = {
  events: ["tls_client_hello", "tls_server_hello", "tls_certificate", "tls_alert"],
  protocols: ["tls"],
  fromEvent(event, name) {
    // Handshakes inside RDP's own transport over UDP: read nowhere.
    if (event.udp_stream !== undefined) return [];
    const direct = HELLO_FACTS.flatMap((fact) => valuesOf(event, fact).map((value) => ({ fact, value })));
    if (name === "tls_client_hello") return [...direct, ...alpnOf(event)];
    if (name === "tls_server_hello") return [...direct, ...chosenBy(event)];
    if (name === "tls_certificate") return certified(event);
    return alerted(event);
  },
  fromCall(call) {
    const { attributes, requestPackets, responsePackets } = call;
    if (call.transport === "udp") return [];
    const said = (fact: string, value: string | undefined, frame: number | undefined) =>
      value === undefined ? [] : [{ fact, value, frame }];
    const hello = requestPackets[1];
    const answer = responsePackets[0];
    const hellos = [
      ...said("tls.handshake.extensions_server_name", attributes["tls.client.server_name"], hello),
      ...said("tls.handshake.ja3", attributes["tls.client.ja3"], hello),
      ...listOf(attributes["weir.tls.offered_protocols"]).map((value) => ({
        fact: "tls.handshake.alpn",
        value,
        frame: hello,
      })),
      ...said("tls.handshake.ja3s", attributes["tls.server.ja3s"], answer),
      ...said("tls.handshake.ciphersuite", attributes["weir.tls.cipher_id"], answer),
    ];
    return [
      ...hellos,
      // A retry is asked for and answered with a hello each, of the same kind; tshark has them all.
      ...(attributes["weir.tls.hello_retry"] === "true" ? hellos : []),
      ...certificatesOf(call),
      ...(attributes["weir.tls.alert"] === "encrypted alert"
        ? []
        : said("tls.alert_message.desc", attributes["weir.tls.alert"], undefined)),
    ];
  },
};

function alpnOf(event: FactsEvent): Statements {
  return valuesOf(event, "tls.handshake.extensions_alpn_str").map((value) => ({ fact: "tls.handshake.alpn", value }));
}

function chosenBy(event: FactsEvent): Statements {
  return valuesOf(event, "tls.handshake.ciphersuite").map((value) => ({ fact: "tls.handshake.ciphersuite", value }));
}

function certified(event: FactsEvent): Statements {
  return [
    ...valuesOf(event, "x509af.serialNumber").map((value) => ({ fact: "x509af.serialNumber", value })),
    // The facts have forty names at most: the first stands for all.
    ...valuesOf(event, "x509ce.dNSName")
      .slice(0, 1)
      .map((value) => ({ fact: "x509ce.dNSName", value })),
  ];
}

/** A call does not say where its certificates stood: at the latest in the last packet of the server's handshake. */
function certificatesOf({ attributes, requestPackets, responsePackets }: Call): readonly Omit<Said, "stream">[] {
  const frame = responsePackets[1] ?? requestPackets[1];
  const serials = [
    ...listOf(attributes["weir.tls.certificate_serials"]),
    ...listOf(attributes["weir.tls.client_certificate_serials"]),
  ];
  const names = ["weir.tls.certificate_names", "weir.tls.client_certificate_names"].flatMap((name) =>
    listOf(attributes[name])
      .filter((value) => !/^[\d.]+$|:/.test(value))
      .slice(0, 1),
  );
  return [
    ...serials.map((value) => ({ fact: "x509af.serialNumber", value, frame })),
    ...names.map((value) => ({ fact: "x509ce.dNSName", value, frame })),
  ];
}

function alerted(event: FactsEvent): Statements {
  return valuesOf(event, "tls.alert_message.desc")
    .map((code) => ({ fact: "tls.alert_message.desc", value: ALERTS[code] ?? `alert ${code}` }))
    .filter(({ value }) => value !== "close_notify");
}

/** IANA "TLS Alerts" that the facts have. */
const ALERTS: Readonly<Record<string, string>> = {
  "0": "close_notify",
  "10": "unexpected_message",
  "20": "bad_record_mac",
  "21": "decryption_failed",
  "40": "handshake_failure",
  "42": "bad_certificate",
  "46": "certificate_unknown",
  "48": "unknown_ca",
  "49": "access_denied",
  "50": "decode_error",
  "51": "decrypt_error",
  "70": "protocol_version",
  "80": "internal_error",
  "86": "inappropriate_fallback",
  "90": "user_canceled",
  "112": "unrecognized_name",
};

function listOf(text: string | undefined): readonly string[] {
  return text === undefined || text === "" ? [] : text.split(",");
}

import type { CallComparison, Said } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

const CLIENT_HELLO = "1";
const SERVER_HELLO = "2";

/** Facts that tshark says of a ClientHello, and where a call keeps them. */
const CLIENT = {
  "tls.handshake.extensions_server_name": "tls.client.server_name",
  "tls.handshake.extensions_alpn_str": "weir.tls.offered_protocols",
  "tls.handshake.ja3": "tls.client.ja3",
} as const;

const SERVER_SAID = { fact: "tls.handshake.type", value: SERVER_HELLO, frame: undefined } as const;

/** QUIC: versions, hellos with their names, protocols and fingerprints, and errors with which connections were closed. */
export const quic: CallComparison = {
  events: ["quic"],
  protocols: ["quic"],
  fromEvent(event) {
    const types = valuesOf(event, "tls.handshake.type");
    const said: Omit<Said, "stream" | "frame">[] = [];
    for (const type of types) {
      if (type !== CLIENT_HELLO && type !== SERVER_HELLO) continue;
      said.push({ fact: "tls.handshake.type", value: type });
    }
    if (types.includes(CLIENT_HELLO)) {
      said.push({ fact: "quic.version", value: valuesOf(event, "quic.version")[0] ?? "" });
      for (const fact of Object.keys(CLIENT)) {
        const value = [...new Set(valuesOf(event, fact))].join(",");
        if (value !== "") said.push({ fact, value });
      }
    }
    for (const value of valuesOf(event, "quic.cc.error_code")) said.push({ fact: "quic.cc.error_code", value });
    return said;
  },
  fromCall({ operation, attributes, requestPackets, responsePackets }) {
    const [, helloFrame] = requestPackets;
    if (operation === "CONNECTION_CLOSE") return closed(attributes, helloFrame);
    if (operation !== "handshake") return [];
    const isRetried = attributes["weir.tls.hello_retry"] === "true";
    const hello = helloOf(attributes, helloFrame);
    const said = [...closed(attributes, undefined), ...hello, ...(isRetried ? [...hello, SERVER_SAID] : [])];
    if (attributes["tls.cipher"] !== undefined) said.push({ ...SERVER_SAID, frame: responsePackets[0] });
    return said;
  },
};

/** What a call says of a ClientHello, of the one after a HelloRetryRequest as well. */
function helloOf(attributes: Readonly<Record<string, string>>, frame: number | undefined): Omit<Said, "stream">[] {
  if (attributes["tls.client.ja3"] === undefined) return [];
  const version = attributes["weir.quic.tried_version"] ?? attributes["weir.quic.version"];
  return [
    { fact: "tls.handshake.type", value: CLIENT_HELLO, frame },
    { fact: "quic.version", value: numberOf(version), frame },
    ...Object.entries(CLIENT).flatMap(([fact, name]) => {
      const value = attributes[name];
      return value === undefined ? [] : [{ fact, value, frame }];
    }),
  ];
}

function closed(attributes: Readonly<Record<string, string>>, frame: number | undefined): Omit<Said, "stream">[] {
  const value = attributes["weir.quic.error_code"];
  return value === undefined ? [] : [{ fact: "quic.cc.error_code", value, frame }];
}

/** Numbers of versions as tshark writes them, by the names that calls have. */
const NUMBERS: Readonly<Record<string, string>> = {
  "1": "0x00000001",
  "2": "0x6b3343cf",
  "mvfst-22": "0xfaceb001",
  "mvfst-27": "0xfaceb002",
  "mvfst-exp": "0xfaceb00e",
};

function numberOf(name = ""): string {
  const draft = /^draft-(\d+)$/.exec(name)?.[1];
  if (draft !== undefined) return `0xff0000${Number(draft).toString(16).padStart(2, "0")}`;
  return NUMBERS[name] ?? name;
}

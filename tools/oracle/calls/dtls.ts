import type { CallComparison } from "./comparison.ts";
import { valuesOf } from "./comparison.ts";

const SERVER_HELLO = "2";

/** DTLS: server names, and handshakes that a server answered. Other messages may be sent several times. */
export const dtls: CallComparison = {
  events: ["dtls"],
  protocols: ["tls"],
  fromEvent: (event) => [
    ...valuesOf(event, "dtls.handshake.extensions_server_name").map((value) => ({
      fact: "dtls.handshake.extensions_server_name",
      value,
    })),
    ...valuesOf(event, "dtls.handshake.type")
      .filter((value) => value === SERVER_HELLO)
      .map((value) => ({ fact: "dtls.handshake.type", value })),
  ],
  fromCall({ transport, attributes, requestPackets, responsePackets }) {
    if (transport !== "udp") return [];
    const { "tls.client.server_name": name, "tls.cipher": cipher } = attributes;
    // In DTLS 1.3 a retry is asked for with a ServerHello too.
    const isTwice = attributes["weir.tls.hello_retry"] === "true" && attributes["tls.protocol.version"] === "1.3";
    return [
      ...(name === undefined
        ? []
        : [{ fact: "dtls.handshake.extensions_server_name", value: name, frame: requestPackets[1] }]),
      ...(cipher === undefined
        ? []
        : Array.from({ length: isTwice ? 2 : 1 }, () => ({
            fact: "dtls.handshake.type",
            value: SERVER_HELLO,
            frame: responsePackets[0],
          }))),
    ];
  },
};

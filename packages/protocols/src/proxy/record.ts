import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const few = { optional: true, cardinality: "few" } as const;

/** What the header of the PROXY protocol says; the calls behind it carry the addresses too. */
export const proxyRecord = {
  id: "proxy",
  protocol: "proxy",
  name: "PROXY protocol",
  fields: [
    field("version", "int", "1 (text) or 2 (binary)", { otel: "weir.proxy.version", ...few }),
    field("clientAddress", "string", "Address of the client, as the proxy says", {
      otel: "weir.proxy.client_address",
      optional: true,
      sensitivity: "internal",
    }),
    field("clientPort", "int", "Port of the client, as the proxy says", {
      otel: "weir.proxy.client_port",
      optional: true,
    }),
    field("authority", "string", "Name that the client asked the proxy for (TLS server name)", {
      otel: "weir.proxy.authority",
      optional: true,
      sensitivity: "internal",
    }),
    field("alpn", "string", "Protocol that client and proxy agreed on by TLS", { otel: "weir.proxy.alpn", ...few }),
    field("tlsVersion", "string", "Version of TLS between client and proxy", {
      otel: "weir.proxy.tls_version",
      ...few,
    }),
  ],
} as const satisfies ProtocolRecord;

import type { Dissector } from "../contract.ts";
import { proxyRecord } from "./record.ts";
import { ProxySession } from "./session.ts";
import { MAX_REST_BYTES, readHeader } from "./wire.ts";

/** HAProxy's PROXY protocol, versions 1 and 2, over TCP. What follows is found by its bytes. */
export const proxy: Dissector<(typeof proxyRecord)["id"]> = {
  id: proxyRecord.id,
  transports: ["tcp"],
  // Any port: a proxy connects to whatever stands behind it.
  ports: [],
  specs: ["https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt"],
  limits: { pendingCalls: 1, bufferedBytes: 2 * MAX_REST_BYTES, bodyBytes: 0 },
  probe(_direction, bytes) {
    const header = readHeader(bytes);
    if (header === undefined) return "noMatch";
    return header === "needMore" ? "needMore" : "match";
  },
  asks: () => true,
  open: (context) => new ProxySession(context),
};

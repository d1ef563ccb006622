import type { Dissector } from "../contract.ts";
import { parseHeader, probeHeader } from "./header.ts";
import { dubboRecord } from "./record.ts";
import { DubboSession, KEPT_BYTES, MAX_PENDING } from "./session.ts";

/** Dubbo's own protocol over TCP, version 2. */
export const dubbo: Dissector<(typeof dubboRecord)["id"]> = {
  id: dubboRecord.id,
  transports: ["tcp"],
  ports: [20880],
  specs: [
    "https://dubbo.apache.org/en/docs3-v2/java-sdk/reference-manual/protocol/dubbo/",
    "Hessian 2.0 Serialization",
  ],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 2 * KEPT_BYTES, bodyBytes: 0 },
  probe: (_direction, bytes) => probeHeader(bytes),
  asks(bytes) {
    const header = parseHeader(bytes);
    // Either side sends heartbeats.
    return header === undefined || header.isEvent ? undefined : header.isRequest;
  },
  open: (context) => new DubboSession(context),
};

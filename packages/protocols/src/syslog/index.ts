import type { Dissector } from "../contract.ts";
import { MAX_MESSAGE_BYTES, probePriority, probeStream } from "./framing.ts";
import { syslogRecord } from "./record.ts";
import { BODY_CHARS, SyslogSession } from "./session.ts";

/** Syslog over UDP and TCP. */
export const syslog: Dissector<(typeof syslogRecord)["id"]> = {
  id: syslogRecord.id,
  transports: ["udp", "tcp"],
  ports: [514, 601],
  specs: ["RFC 5424", "RFC 5426", "RFC 6587", "RFC 3164"],
  limits: { pendingCalls: 0, bufferedBytes: 2 * MAX_MESSAGE_BYTES, bodyBytes: BODY_CHARS },
  probe(_direction, bytes, transport) {
    if (transport === "tcp") return probeStream(bytes);
    return probePriority(bytes) === "match" ? "match" : "noMatch";
  },
  asks: () => true,
  open: (context) => new SyslogSession(context),
};

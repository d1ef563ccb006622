import { decodeLatin1 } from "@weir/base";
import type { Dissector } from "../contract.ts";
import { sipRecord } from "./record.ts";
import { MAX_BUFFERED_BYTES, MAX_PENDING, SipSession } from "./session.ts";

const RESPONSE_START = "SIP/2.0 ";
const REQUEST_START = /^[A-Za-z]{3,20} (?:sips?|tel|urn):\S{1,2048} SIP\/2\.0\r?\n/i;
/** As far as a request line goes that may still become one. */
const REQUEST_BEGINNING =
  /^[A-Za-z]{1,20}(?: (?:s(?:i(?:p(?:s?:?\S{0,2048}(?: S?I?P?\/?2?\.?0?\r?)?)?)?)?|t(?:e(?:l:?\S{0,2048})?)?)?)?$/i;
const PROBE_BYTES = 2_200;

/** SIP over UDP and TCP. */
export const sip: Dissector<(typeof sipRecord)["id"]> = {
  id: sipRecord.id,
  transports: ["udp", "tcp"],
  ports: [5060],
  specs: ["RFC 3261", "RFC 5626"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: MAX_BUFFERED_BYTES, bodyBytes: 0 },
  probe(_direction, bytes, transport) {
    const letter = (bytes[0] ?? 0) | 0x20;
    if (letter < 0x61 || letter > 0x7a) return "noMatch";
    const start = decodeLatin1(bytes, 0, Math.min(bytes.length, PROBE_BYTES));
    if (start.startsWith(RESPONSE_START) || REQUEST_START.test(start)) return "match";
    if (transport === "udp" || bytes.length >= PROBE_BYTES) return "noMatch";
    return RESPONSE_START.startsWith(start) || REQUEST_BEGINNING.test(start) ? "needMore" : "noMatch";
  },
  // Either end asks: who was first is all that is known.
  asks: () => undefined,
  open: (context) => new SipSession(context),
};

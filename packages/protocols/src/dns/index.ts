import { beginsLikeDns, isCutInQuestion, isWholeDns } from "../common/dns/likeness.ts";
import { HEADER_BYTES } from "../common/dns/records.ts";
import { isResponse } from "../common/dns/wire.ts";
import type { Dissector } from "../contract.ts";
import { dnsRecord } from "./record.ts";
import { DnsSession, MAX_MESSAGE_BYTES, MAX_PENDING } from "./session.ts";

const MDNS_PORT = 5353;

/** DNS over UDP and TCP; mDNS and LLMNR are DNS too. */
export const dns: Dissector<(typeof dnsRecord)["id"]> = {
  id: dnsRecord.id,
  transports: ["udp", "tcp"],
  ports: [53, 5353, 5355],
  specs: ["RFC 1035", "RFC 3596", "RFC 6891", "RFC 7766", "RFC 9460"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: MAX_MESSAGE_BYTES, bodyBytes: MAX_MESSAGE_BYTES },
  probe(_direction, bytes, transport) {
    if (transport === "udp")
      return isWholeDns(bytes) || beginsLikeDns(bytes) || isCutInQuestion(bytes) ? "match" : "noMatch";
    if (bytes.length < 2) return "needMore";
    const length = ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
    if (length < HEADER_BYTES) return "noMatch";
    if (bytes.length < 2 + length) return length < 1024 ? "needMore" : "noMatch";
    return isWholeDns(bytes.subarray(2, 2 + length)) ? "match" : "noMatch";
  },
  asks(bytes, { transport, clientPort, serverPort }) {
    // Who announces itself to everybody answers nobody.
    if (clientPort === MDNS_PORT || serverPort === MDNS_PORT) return undefined;
    return !isResponse(transport === "udp" ? bytes : bytes.subarray(2));
  },
  open: (context) => new DnsSession(context),
};

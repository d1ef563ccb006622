import type { Dissector } from "../contract.ts";
import { dhcpRecord } from "./record.ts";
import { DhcpSession } from "./session.ts";
import { asksV4, isV4 } from "./v4.ts";
import { asksV6, isV6 } from "./v6.ts";
import { MAX_REQUESTS } from "./waiting-requests.ts";

/** Bytes of a request that are remembered, about. */
const REQUEST_BYTES = 512;

/** DHCP for IPv4 and for IPv6. */
export const dhcp: Dissector<(typeof dhcpRecord)["id"]> = {
  id: dhcpRecord.id,
  transports: ["udp"],
  ports: [67, 68, 546, 547],
  specs: ["RFC 2131", "RFC 2132", "RFC 8415", "RFC 4388", "RFC 5007"],
  limits: { pendingCalls: MAX_REQUESTS, bufferedBytes: MAX_REQUESTS * REQUEST_BYTES, bodyBytes: 0 },
  probe: (_direction, bytes) => (isV4(bytes) || isV6(bytes) ? "match" : "noMatch"),
  asks: (bytes) => (isV4(bytes) ? asksV4(bytes) : asksV6(bytes)),
  open: (context) => new DhcpSession(context),
};

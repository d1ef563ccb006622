import type { Dissector } from "../contract.ts";
import { snmpRecord } from "./record.ts";
import { MAX_PENDING, SnmpSession } from "./session.ts";
import { isSnmp, parseSnmp } from "./wire.ts";

/** Bytes of a request that are remembered, about: eight names. */
const REQUEST_BYTES = 1_024;

/** SNMP versions 1, 2c and 3 over UDP. */
export const snmp: Dissector<(typeof snmpRecord)["id"]> = {
  id: snmpRecord.id,
  transports: ["udp"],
  ports: [161, 162],
  specs: ["RFC 1157", "RFC 1901", "RFC 3412", "RFC 3414", "RFC 3416"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: MAX_PENDING * REQUEST_BYTES, bodyBytes: 0 },
  probe: (_direction, bytes) => (isSnmp(bytes) ? "match" : "noMatch"),
  asks: (bytes) => parseSnmp(bytes)?.isRequest,
  open: (context) => new SnmpSession(context),
};

import type { Dissector } from "../contract.ts";
import { parseManagement } from "./management.ts";
import { ntpRecord } from "./record.ts";
import { MAX_PENDING, NtpSession } from "./session.ts";
import { HEADER_BYTES, isTime, Mode, modeOf, versionOf } from "./wire.ts";

/** NTP over UDP, and what manages its servers. */
export const ntp: Dissector<(typeof ntpRecord)["id"]> = {
  id: ntpRecord.id,
  transports: ["udp"],
  ports: [123],
  specs: ["RFC 5905", "RFC 4330", "RFC 9327"],
  limits: { pendingCalls: 2 * MAX_PENDING, bufferedBytes: 4 * MAX_PENDING * HEADER_BYTES, bodyBytes: 0 },
  probe(_direction, bytes) {
    const mode = modeOf(bytes);
    const version = versionOf(bytes);
    if (mode === 0 || version === 0 || version > 4) return "noMatch";
    const isManagement = mode === Mode.control || mode === Mode.private;
    return (isManagement ? parseManagement(bytes) !== undefined : isTime(bytes)) ? "match" : "noMatch";
  },
  asks(bytes) {
    const mode = modeOf(bytes);
    if (mode === Mode.client || mode === Mode.symmetricActive) return true;
    if (mode === Mode.server || mode === Mode.symmetricPassive || mode === Mode.broadcast) return false;
    return parseManagement(bytes)?.isResponse !== true;
  },
  open: (context) => new NtpSession(context),
};

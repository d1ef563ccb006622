import type { Dissector } from "../contract.ts";
import { beginsRecord, isCall, KEPT_BYTES, MARK_BYTES } from "./framing.ts";
import { nfsRecord } from "./record.ts";
import { MAX_PENDING, NfsSession } from "./session.ts";

/** NFS and the programs around it (port mapper, mount, locks) over ONC RPC. */
export const nfs: Dissector<(typeof nfsRecord)["id"]> = {
  id: nfsRecord.id,
  transports: ["tcp", "udp"],
  ports: [2049, 111],
  specs: ["RFC 5531", "RFC 1813", "RFC 7530", "RFC 8881", "RFC 7862", "RFC 1094", "RFC 1833"],
  limits: { pendingCalls: MAX_PENDING, bufferedBytes: 4 * KEPT_BYTES, bodyBytes: 0 },
  probe(_direction, bytes, transport) {
    if (transport === "udp") return isCall(bytes) ? "match" : "noMatch";
    return beginsRecord(bytes);
  },
  asks: (bytes, { transport }) => isCall(transport === "udp" ? bytes : bytes.subarray(MARK_BYTES)),
  open: (context) => new NfsSession(context),
};

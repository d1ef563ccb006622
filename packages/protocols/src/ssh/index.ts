import { decodeLatin1 } from "@weir/base";
import type { Dissector } from "../contract.ts";
import { sshRecord } from "./record.ts";
import { SshSession } from "./session.ts";
import { MAX_PACKET_BYTES } from "./wire.ts";

const START = "SSH-";
const LETTER_S = 0x53;
/** Enough to tell. */
const START_BYTES = 7;

/** SSH: identification and key exchange. What follows is encrypted. */
export const ssh: Dissector<(typeof sshRecord)["id"]> = {
  id: sshRecord.id,
  transports: ["tcp"],
  ports: [22],
  specs: ["RFC 4253", "RFC 4250", "RFC 4419", "RFC 5656"],
  limits: { pendingCalls: 1, bufferedBytes: 2 * (MAX_PACKET_BYTES + 4), bodyBytes: 0 },
  probe(_direction, bytes) {
    if (bytes[0] !== LETTER_S) return "noMatch";
    const start = decodeLatin1(bytes, 0, Math.min(bytes.length, START_BYTES));
    if (start.length < START_BYTES) return START.startsWith(start.slice(0, START.length)) ? "needMore" : "noMatch";
    return /^SSH-[12]\.\d/.test(start) ? "match" : "noMatch";
  },
  // Both sides begin alike.
  asks: () => undefined,
  open: (context) => new SshSession(context),
};

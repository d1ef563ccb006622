import type { Dissector } from "../contract.ts";
import { MAX_FILTER_CHARS } from "./filter.ts";
import { ldapRecord } from "./record.ts";
import { LdapSession, MAX_PENDING } from "./session.ts";
import { asks, beginsMessage, KEPT_BUFFER_BYTES, KEPT_BYTES } from "./wire.ts";

/** LDAP version 3 over TCP, and over UDP (CLDAP). */
export const ldap: Dissector<(typeof ldapRecord)["id"]> = {
  id: ldapRecord.id,
  transports: ["tcp", "udp"],
  ports: [389, 3268],
  specs: ["RFC 4511", "RFC 4513", "RFC 4515", "https://learn.microsoft.com/openspecs/windows_protocols/ms-adts/"],
  limits: {
    pendingCalls: MAX_PENDING,
    bufferedBytes: 2 * (KEPT_BUFFER_BYTES + KEPT_BYTES),
    bodyBytes: MAX_FILTER_CHARS,
  },
  probe: (_direction, bytes) => beginsMessage(bytes),
  asks,
  open: (context) => new LdapSession(context),
};

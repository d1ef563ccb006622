import { DNS_FIELDS } from "../common/dns/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

/** What DNS calls carry. */
export const dnsRecord = {
  id: "dns",
  protocol: "dns",
  name: "DNS",
  fields: DNS_FIELDS,
} as const satisfies ProtocolRecord;

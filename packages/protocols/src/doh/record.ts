import { field } from "@weir/model";
import { DNS_FIELDS } from "../common/dns/fields.ts";
import type { ProtocolRecord } from "../contract.ts";

/** What calls of DNS over HTTPS carry beside what HTTP's carry. */
export const dohRecord = {
  id: "doh",
  protocol: "dns",
  name: "DNS over HTTPS",
  fields: [
    field("over", "string", "What carried the question where it was neither UDP nor TCP: https", {
      otel: "weir.dns.over",
      optional: true,
      cardinality: "few",
    }),
    ...DNS_FIELDS,
  ],
} as const satisfies ProtocolRecord;

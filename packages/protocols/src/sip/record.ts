import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

const text = (name: string, meaning: string, otel: string) =>
  field(name, "string", meaning, { otel, optional: true, cardinality: "many", sensitivity: "internal" });

/** What SIP calls carry. */
export const sipRecord = {
  id: "sip",
  protocol: "sip",
  name: "SIP",
  fields: [
    text("callId", "Call-ID: the same in all requests of a dialogue", "weir.sip.call_id"),
    field("cseq", "int", "Number of the request in its dialogue", { otel: "weir.sip.cseq", optional: true }),
    text("from", "Address of record of the caller; the user is masked", "weir.sip.from"),
    text("to", "Address of record that is called; the user is masked", "weir.sip.to"),
    text("userAgent", "User-Agent or Server header", "user_agent.original"),
    field("provisionalCodes", "string", "Provisional responses before the final one, separated by commas", {
      otel: "weir.sip.provisional_codes",
      optional: true,
      cardinality: "few",
    }),
    field("ringingNs", "int", "From the request to the first 180 or 183: how long until it rang", {
      otel: "weir.sip.ringing_ns",
      optional: true,
      unit: "ns",
    }),
    field("attempts", "int", "How often the request was sent (RFC 3261 §17 sends again over UDP)", {
      otel: "weir.sip.attempts",
      optional: true,
      cardinality: "few",
    }),
    field("reason", "string", "Reason phrase of the final response", {
      otel: "weir.sip.reason",
      optional: true,
      cardinality: "few",
    }),
    field("retryAfter", "int", "Retry-After header, in seconds", { otel: "weir.sip.retry_after", optional: true }),
  ],
} as const satisfies ProtocolRecord;

import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

/** What SMTP calls carry. */
export const smtpRecord = {
  id: "smtp",
  protocol: "smtp",
  name: "SMTP",
  fields: [
    field("reply", "string", "Text of the server's reply", {
      otel: "weir.smtp.reply",
      optional: true,
      cardinality: "unbounded",
      sensitivity: "internal",
    }),
    field("enhancedCode", "string", "Enhanced status code of the reply (RFC 3463)", {
      otel: "weir.smtp.enhanced_code",
      optional: true,
      cardinality: "few",
    }),
    field("intermediateCodes", "string", "Replies that came before the final one, separated by commas", {
      otel: "weir.smtp.intermediate_codes",
      optional: true,
      cardinality: "few",
    }),
    field("mechanism", "string", "Mechanism of an AUTH command; what follows it is never kept", {
      otel: "weir.smtp.auth_mechanism",
      optional: true,
      cardinality: "few",
    }),
    field("messageBytes", "int", "Size of a message, by its content or by SIZE of the MAIL command", {
      otel: "weir.smtp.message_size",
      optional: true,
    }),
    field("initiator", "string", "server, where a reply came that nobody asked for: the greeting, a time-out", {
      otel: "weir.call.initiator",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;

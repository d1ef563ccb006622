import { field } from "@weir/model";
import type { ProtocolRecord } from "../contract.ts";

/** What calls of DNS carry. */
export const dnsRecord = {
  id: "dns",
  protocol: "dns",
  name: "DNS",
  fields: [
    field("questionName", "string", "Name that was asked for, as it stood on the wire", {
      otel: "dns.question.name",
      optional: true,
      cardinality: "unbounded",
      sensitivity: "internal",
    }),
    field("questionType", "string", "Type that was asked for: A, AAAA, SRV", {
      otel: "dns.question.type",
      optional: true,
      cardinality: "few",
    }),
    field("questionClass", "string", "Class that was asked for, where it is not IN", {
      otel: "dns.question.class",
      optional: true,
      cardinality: "few",
    }),
    field("opcode", "string", "Operation, where it is not QUERY: NOTIFY, UPDATE", {
      otel: "dns.opcode",
      optional: true,
      cardinality: "few",
    }),
    field("rcode", "string", "Response code, extended by EDNS: NOERROR, NXDOMAIN", {
      otel: "dns.rcode",
      optional: true,
      cardinality: "few",
      wireshark: "dns.flags.rcode",
    }),
    field(
      "flags",
      "string",
      "Flags of the response (of the query where there is none), joined by a space: AA TC RD RA AD CD",
      {
        otel: "weir.dns.flags",
        optional: true,
        cardinality: "few",
      },
    ),
    field("id", "int", "Transaction id", { otel: "weir.dns.id", optional: true, wireshark: "dns.id" }),
    field("answers", "string", "Addresses and other data of the answer section: name=value, joined by a space", {
      otel: "dns.answers",
      optional: true,
      cardinality: "unbounded",
      sensitivity: "internal",
    }),
    field("answerCount", "int", "Records in the answer section", {
      otel: "weir.dns.answer_count",
      optional: true,
      wireshark: "dns.count.answers",
    }),
    field("minimumTtlS", "int", "Smallest time to live of the answers, in seconds", {
      otel: "weir.dns.ttl_min",
      optional: true,
    }),
    field("attempts", "int", "How often the query was sent before its answer, where more than once", {
      otel: "weir.dns.attempts",
      optional: true,
    }),
    field("isTruncated", "bool", "The response was cut (TC): the client has to ask again over TCP", {
      otel: "weir.dns.truncated",
      optional: true,
      cardinality: "few",
    }),
    field("udpPayloadBytes", "int", "Largest UDP response the client takes (EDNS)", {
      otel: "weir.dns.edns.udp_payload_bytes",
      optional: true,
      unit: "bytes",
    }),
    field("extendedError", "string", "Extended DNS error of the response (RFC 8914)", {
      otel: "weir.dns.edns.extended_error",
      optional: true,
      cardinality: "few",
    }),
  ],
} as const satisfies ProtocolRecord;

import { field } from "@weir/model";

/** What calls of DNS carry, however it was carried. */
export const DNS_FIELDS = [
  field("question", "string", "Name that was asked for", {
    otel: "dns.question.name",
    optional: true,
    cardinality: "unbounded",
    sensitivity: "internal",
  }),
  field("type", "string", "Type that was asked for: A, AAAA, SRV …", {
    otel: "weir.dns.question.type",
    optional: true,
    cardinality: "few",
  }),
  field("rcode", "string", "Response code by its IANA name", {
    otel: "weir.dns.response.code",
    optional: true,
    cardinality: "few",
  }),
  field("answers", "string", "Answer section, one record a line", {
    otel: "dns.answers",
    optional: true,
    cardinality: "unbounded",
    sensitivity: "internal",
  }),
  field("addresses", "string", "Addresses in the answer, separated by commas", {
    otel: "weir.dns.addresses",
    optional: true,
    cardinality: "unbounded",
    sensitivity: "internal",
  }),
  field("answerCount", "int", "Records in the answer section", { otel: "weir.dns.answer.count", optional: true }),
  field("minTtl", "int", "Smallest time to live of the answers, in seconds", {
    otel: "weir.dns.min_ttl",
    optional: true,
  }),
  field(
    "negativeTtl",
    "int",
    "How long resolvers keep that there is no such name or type, in seconds (SOA, RFC 2308)",
    {
      otel: "weir.dns.negative_ttl",
      optional: true,
    },
  ),
  field("authoritative", "bool", "AA: the server answers for the zone itself", {
    otel: "weir.dns.authoritative",
    optional: true,
    cardinality: "few",
  }),
  field("truncated", "bool", "TC: the answer did not fit, ask again over TCP", {
    otel: "weir.dns.truncated",
    optional: true,
    cardinality: "few",
  }),
  field(
    "afterTruncationNs",
    "int",
    "Of a question over TCP: how much later it was asked than over UDP, where the answer did not fit",
    {
      otel: "weir.dns.after_truncation_ns",
      unit: "ns",
      optional: true,
    },
  ),
  field("recursionAvailable", "bool", "RA: the server resolves for others", {
    otel: "weir.dns.recursion_available",
    optional: true,
    cardinality: "few",
  }),
  field("attempts", "int", "How often the query was sent", {
    otel: "weir.dns.attempts",
    optional: true,
    cardinality: "few",
  }),
  field("searchName", "string", "Of a step of a resolver's search list: the name that the resolver was asked for", {
    otel: "weir.dns.search.name",
    optional: true,
    cardinality: "unbounded",
    sensitivity: "internal",
  }),
  field("searchStep", "int", "Of a step of a search list: its number, from 1", {
    otel: "weir.dns.search.step",
    optional: true,
  }),
  field("searchWasted", "int", "Of a step of a search list: the questions that were asked in vain before it", {
    otel: "weir.dns.search.wasted",
    optional: true,
  }),
  field("id", "int", "Transaction id", { otel: "weir.dns.id", optional: true }),
] as const;

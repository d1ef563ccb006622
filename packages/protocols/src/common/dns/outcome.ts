import type { CallStatus } from "@weir/model";
import { ADDRESSES_ATTRIBUTE } from "../../answered-addresses.ts";
import { rcodeName } from "./names.ts";
import type { DnsMessage } from "./wire.ts";

const NXDOMAIN = 3;

/** NXDOMAIN and a malformed query are the asker's; a server that fails, refuses or cannot is its own. */
export function statusOfRcode(rcode: number): CallStatus {
  if (rcode === 0) return "ok";
  return rcode === 1 || rcode === 3 ? "clientError" : "serverError";
}

/** The answer section, one record a line. */
export function answersText(message: DnsMessage): string {
  return message.answers
    .map(({ name, ttlSeconds, type, value }) => `${name} ${ttlSeconds} ${type} ${value}`)
    .join("\n");
}

/** What calls of DNS carry: `asked` is the question, or the answer where that alone was seen. */
export function dnsAttributesOf(
  asked: DnsMessage,
  answer: DnsMessage | undefined,
  attempts: number,
): Record<string, string> {
  const [question] = asked.questions;
  const attributes: Record<string, string> = {
    "weir.dns.id": String(asked.id),
    "weir.dns.attempts": String(attempts),
  };
  if (question !== undefined) {
    attributes["dns.question.name"] = question.name;
    attributes["weir.dns.question.type"] = question.type;
  }
  if (answer === undefined) return attributes;
  const addresses = answer.answers.filter(({ type }) => type === "A" || type === "AAAA").map(({ value }) => value);
  attributes["weir.dns.response.code"] = rcodeName(answer.rcode);
  attributes["weir.dns.answer.count"] = String(answer.answerCount);
  attributes["weir.dns.authoritative"] = String(answer.authoritative);
  attributes["weir.dns.truncated"] = String(answer.truncated);
  attributes["weir.dns.recursion_available"] = String(answer.recursionAvailable);
  const isNegative = answer.answerCount === 0 && (answer.rcode === 0 || answer.rcode === NXDOMAIN);
  if (isNegative && answer.negativeTtlSeconds !== undefined)
    attributes["weir.dns.negative_ttl"] = String(answer.negativeTtlSeconds);
  if (addresses.length > 0) attributes[ADDRESSES_ATTRIBUTE] = addresses.join(",");
  if (answer.answers.length > 0) {
    attributes["dns.answers"] = answersText(answer);
    attributes["weir.dns.min_ttl"] = String(Math.min(...answer.answers.map(({ ttlSeconds }) => ttlSeconds)));
  }
  return attributes;
}

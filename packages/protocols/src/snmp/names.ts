import type { CallStatus } from "@weir/model";

/** Protocol data units by their tags (RFC 3416 §3, RFC 1157 §4.1). */
export const Pdu = {
  response: 0xa2,
  trapV1: 0xa4,
  getBulk: 0xa5,
  trapV2: 0xa7,
  report: 0xa8,
} as const;

const NAMES: ReadonlyMap<number, string> = new Map([
  [0xa0, "GetRequest"],
  [0xa1, "GetNextRequest"],
  [Pdu.response, "Response"],
  [0xa3, "SetRequest"],
  [Pdu.trapV1, "Trap"],
  [Pdu.getBulk, "GetBulkRequest"],
  [0xa6, "InformRequest"],
  [Pdu.trapV2, "SNMPv2-Trap"],
  [Pdu.report, "Report"],
]);
/** Error statuses (RFC 3416 §3), by their number. */
const ERRORS = [
  "noError",
  "tooBig",
  "noSuchName",
  "badValue",
  "readOnly",
  "genErr",
  "noAccess",
  "wrongType",
  "wrongLength",
  "wrongEncoding",
  "wrongValue",
  "noCreation",
  "inconsistentValue",
  "resourceUnavailable",
  "commitFailed",
  "undoFailed",
  "authorizationError",
  "notWritable",
  "inconsistentName",
] as const;
const SERVERS_FAULT: ReadonlySet<number> = new Set([5, 13, 14, 15]);

/** Counters that a report names (RFC 3414 §5, RFC 3412 §5, RFC 3413 §4.1.2), by the object without its instance. */
const REPORTS: ReadonlyMap<string, string> = new Map([
  ["1.3.6.1.6.3.15.1.1.1", "unsupportedSecurityLevel"],
  ["1.3.6.1.6.3.15.1.1.2", "notInTimeWindow"],
  ["1.3.6.1.6.3.15.1.1.3", "unknownUserName"],
  ["1.3.6.1.6.3.15.1.1.4", "unknownEngineID"],
  ["1.3.6.1.6.3.15.1.1.5", "wrongDigest"],
  ["1.3.6.1.6.3.15.1.1.6", "decryptionError"],
  ["1.3.6.1.6.3.11.2.1.1", "unknownSecurityModel"],
  ["1.3.6.1.6.3.11.2.1.2", "invalidMessage"],
  ["1.3.6.1.6.3.11.2.1.3", "unknownPDUHandler"],
  ["1.3.6.1.6.3.12.1.4", "unavailableContext"],
  ["1.3.6.1.6.3.12.1.5", "unknownContext"],
]);
/** With these a client learns who the agent is and what time it has (RFC 3414 §4): it asks again and is answered. */
const DISCOVERY: ReadonlySet<string> = new Set(["unknownEngineID", "notInTimeWindow"]);

/** What an answer says of itself. */
export interface Outcome {
  readonly status: CallStatus;
  readonly statusCode: string;
}

export function pduName(tag: number): string | undefined {
  return NAMES.get(tag);
}

export function outcomeOfError(error: number): Outcome {
  const statusCode = ERRORS[error] ?? String(error);
  if (error === 0) return { status: "ok", statusCode };
  return { status: SERVERS_FAULT.has(error) ? "serverError" : "clientError", statusCode };
}

/** By the first variable of a report. */
export function outcomeOfReport(oid: string): Outcome {
  const statusCode = REPORTS.get(oid.replace(/\.\d+$/, "")) ?? oid;
  return { status: DISCOVERY.has(statusCode) ? "ok" : "clientError", statusCode };
}

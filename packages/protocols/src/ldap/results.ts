import type { CallStatus } from "@weir/model";

/** Result codes (RFC 4511 appendix A.1). */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0, "success"],
  [1, "operationsError"],
  [2, "protocolError"],
  [3, "timeLimitExceeded"],
  [4, "sizeLimitExceeded"],
  [5, "compareFalse"],
  [6, "compareTrue"],
  [7, "authMethodNotSupported"],
  [8, "strongerAuthRequired"],
  [10, "referral"],
  [11, "adminLimitExceeded"],
  [12, "unavailableCriticalExtension"],
  [13, "confidentialityRequired"],
  [14, "saslBindInProgress"],
  [16, "noSuchAttribute"],
  [17, "undefinedAttributeType"],
  [18, "inappropriateMatching"],
  [19, "constraintViolation"],
  [20, "attributeOrValueExists"],
  [21, "invalidAttributeSyntax"],
  [32, "noSuchObject"],
  [33, "aliasProblem"],
  [34, "invalidDNSyntax"],
  [36, "aliasDereferencingProblem"],
  [48, "inappropriateAuthentication"],
  [49, "invalidCredentials"],
  [50, "insufficientAccessRights"],
  [51, "busy"],
  [52, "unavailable"],
  [53, "unwillingToPerform"],
  [54, "loopDetect"],
  [64, "namingViolation"],
  [65, "objectClassViolation"],
  [66, "notAllowedOnNonLeaf"],
  [67, "notAllowedOnRDN"],
  [68, "entryAlreadyExists"],
  [69, "objectClassModsProhibited"],
  [71, "affectsMultipleDSAs"],
  [80, "other"],
]);
/** Success, what a comparison tells, where else to ask, and a login that goes on. */
const FINE: ReadonlySet<number> = new Set([0, 5, 6, 10, 14]);
/** Time and limits of the server, busy, unavailable, a loop, other. */
const SERVERS_FAULT: ReadonlySet<number> = new Set([3, 11, 51, 52, 54, 80]);

export const SUCCESS = 0;

export function resultName(code: number): string {
  return NAMES.get(code) ?? String(code);
}

export function statusOf(code: number | undefined): CallStatus {
  if (code === undefined || FINE.has(code)) return "ok";
  return SERVERS_FAULT.has(code) ? "serverError" : "clientError";
}

/** Commands by code (IANA "AAA Parameters"): RFC 6733, 4006, 4072, 4740, 3GPP TS 29.061, 29.229, 29.272, 29.212. */
const COMMANDS: Readonly<Record<number, string>> = {
  257: "Capabilities-Exchange",
  258: "Re-Auth",
  265: "AA",
  268: "Diameter-EAP",
  271: "Accounting",
  272: "Credit-Control",
  274: "Abort-Session",
  275: "Session-Termination",
  280: "Device-Watchdog",
  282: "Disconnect-Peer",
  283: "User-Authorization",
  284: "Server-Assignment",
  285: "Location-Info",
  286: "Multimedia-Auth",
  287: "Registration-Termination",
  288: "Push-Profile",
  300: "User-Authorization",
  301: "Server-Assignment",
  302: "Location-Info",
  303: "Multimedia-Auth",
  304: "Registration-Termination",
  305: "Push-Profile",
  306: "User-Data",
  307: "Profile-Update",
  308: "Subscribe-Notifications",
  309: "Push-Notification",
  316: "Update-Location",
  317: "Cancel-Location",
  318: "Authentication-Information",
  319: "Insert-Subscriber-Data",
  320: "Delete-Subscriber-Data",
  321: "Purge-UE",
  322: "Reset",
  323: "Notify",
  324: "ME-Identity-Check",
};

/** Result codes (RFC 6733 §7.1, RFC 4006 §9). */
const RESULTS: Readonly<Record<number, string>> = {
  1001: "MULTI_ROUND_AUTH",
  2001: "SUCCESS",
  2002: "LIMITED_SUCCESS",
  3001: "COMMAND_UNSUPPORTED",
  3002: "UNABLE_TO_DELIVER",
  3003: "REALM_NOT_SERVED",
  3004: "TOO_BUSY",
  3005: "LOOP_DETECTED",
  3006: "REDIRECT_INDICATION",
  3007: "APPLICATION_UNSUPPORTED",
  3008: "INVALID_HDR_BITS",
  3009: "INVALID_AVP_BITS",
  3010: "UNKNOWN_PEER",
  4001: "AUTHENTICATION_REJECTED",
  4002: "OUT_OF_SPACE",
  4003: "ELECTION_LOST",
  4010: "END_USER_SERVICE_DENIED",
  4011: "CREDIT_CONTROL_NOT_APPLICABLE",
  4012: "CREDIT_LIMIT_REACHED",
  5001: "AVP_UNSUPPORTED",
  5002: "UNKNOWN_SESSION_ID",
  5003: "AUTHORIZATION_REJECTED",
  5004: "INVALID_AVP_VALUE",
  5005: "MISSING_AVP",
  5006: "RESOURCES_EXCEEDED",
  5007: "CONTRADICTING_AVPS",
  5008: "AVP_NOT_ALLOWED",
  5009: "AVP_OCCURS_TOO_MANY_TIMES",
  5010: "NO_COMMON_APPLICATION",
  5011: "UNSUPPORTED_VERSION",
  5012: "UNABLE_TO_COMPLY",
  5013: "INVALID_BIT_IN_HEADER",
  5014: "INVALID_AVP_LENGTH",
  5015: "INVALID_MESSAGE_LENGTH",
  5016: "INVALID_AVP_BIT_COMBO",
  5017: "NO_COMMON_SECURITY",
  5030: "USER_UNKNOWN",
  5031: "RATING_FAILED",
};

/** CC-Request-Type (RFC 4006 §8.3). */
const CC_REQUEST_TYPES: Readonly<Record<number, string>> = { 1: "initial", 2: "update", 3: "termination", 4: "event" };

/** Name of a command; the number where it has none. */
export function commandName(code: number): string {
  return COMMANDS[code] ?? String(code);
}

/** A result as number and name: `3002 UNABLE_TO_DELIVER`. */
export function resultName(code: number): string {
  const name = RESULTS[code];
  return name === undefined ? String(code) : `${code} ${name}`;
}

export function ccRequestTypeName(type: number): string {
  return CC_REQUEST_TYPES[type] ?? String(type);
}

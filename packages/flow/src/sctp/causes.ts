/** Error causes by number (RFC 9260 §3.3.10; 160 and up RFC 5061, 261 RFC 4895). */
const CAUSES: Readonly<Record<number, string>> = {
  1: "invalid stream identifier",
  2: "missing mandatory parameter",
  3: "stale cookie",
  4: "out of resource",
  5: "unresolvable address",
  6: "unrecognized chunk type",
  7: "invalid mandatory parameter",
  8: "unrecognized parameters",
  9: "no user data",
  10: "cookie received while shutting down",
  11: "restart with new addresses",
  12: "user-initiated abort",
  13: "protocol violation",
  160: "request to delete last remaining address",
  161: "operation refused due to resource shortage",
  162: "request to delete source address",
  163: "association aborted due to illegal ASCONF-ACK",
  164: "no authorization for the request",
  261: "unsupported HMAC identifier",
};

/** An ABORT may say why, and need not. */
export const NO_CAUSE = "none given";

/** What the cause with a number is called. */
export function causeName(cause: number): string {
  return CAUSES[cause] ?? `cause ${cause}`;
}

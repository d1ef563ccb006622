import type { CallStatus } from "@weir/model";

/** Status codes of closes by the IANA registry (RFC 6455 §7.4). `fault`: who did wrong, where it was somebody. */
const CODES: ReadonlyMap<number, readonly [meaning: string, fault: "peer" | "sender" | "none"]> = new Map([
  [1000, ["Normal Closure", "none"]],
  [1001, ["Going Away", "none"]],
  [1002, ["Protocol error", "peer"]],
  [1003, ["Unsupported Data", "peer"]],
  [1005, ["No Status Rcvd", "none"]],
  [1007, ["Invalid frame payload data", "peer"]],
  [1008, ["Policy Violation", "peer"]],
  [1009, ["Message Too Big", "peer"]],
  [1010, ["Mandatory Ext.", "peer"]],
  [1011, ["Internal Error", "sender"]],
  [1012, ["Service Restart", "sender"]],
  [1013, ["Try Again Later", "sender"]],
  [1014, ["Bad Gateway", "sender"]],
] as const);

/** Name of a close's code; ranges for those that libraries and applications define themselves (§7.4.2). */
export function closeMeaning(code: number): string {
  const known = CODES.get(code)?.[0];
  if (known !== undefined) return known;
  if (code >= 4000 && code < 5000) return "private use";
  return code >= 3000 && code < 4000 ? "registered by a library or application" : "reserved";
}

/** Whose fault a close was. What applications mean by codes of their own nobody else knows: no fault. */
export function closeStatus(code: number, isFromServer: boolean): CallStatus {
  const fault = CODES.get(code)?.[1] ?? "none";
  if (fault === "none") return "ok";
  return (fault === "peer") === isFromServer ? "clientError" : "serverError";
}

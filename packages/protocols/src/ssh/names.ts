import type { CallStatus } from "@weir/model";

/** Message numbers that are sent before anything is encrypted (RFC 4250 §4.1.2). */
export const Message = { disconnect: 1, kexInit: 20, newKeys: 21, firstOfMethod: 30, lastOfMethod: 49 } as const;

/** Why a side disconnects (RFC 4250 §4.2.2), and whose fault it is. */
const REASONS: ReadonlyMap<number, readonly [string, CallStatus]> = new Map([
  [1, ["HOST_NOT_ALLOWED_TO_CONNECT", "clientError"]],
  [2, ["PROTOCOL_ERROR", "clientError"]],
  [3, ["KEY_EXCHANGE_FAILED", "clientError"]],
  [5, ["MAC_ERROR", "clientError"]],
  [6, ["COMPRESSION_ERROR", "clientError"]],
  [7, ["SERVICE_NOT_AVAILABLE", "serverError"]],
  [8, ["PROTOCOL_VERSION_NOT_SUPPORTED", "clientError"]],
  [9, ["HOST_KEY_NOT_VERIFIABLE", "serverError"]],
  [10, ["CONNECTION_LOST", "aborted"]],
  [11, ["BY_APPLICATION", "aborted"]],
  [12, ["TOO_MANY_CONNECTIONS", "serverError"]],
  [13, ["AUTH_CANCELLED_BY_USER", "aborted"]],
  [14, ["NO_MORE_AUTH_METHODS_AVAILABLE", "clientError"]],
  [15, ["ILLEGAL_USER_NAME", "clientError"]],
]);

export function reasonName(reason: number): string {
  return REASONS.get(reason)?.[0] ?? String(reason);
}

export function statusOfReason(reason: number): CallStatus {
  return REASONS.get(reason)?.[1] ?? "aborted";
}

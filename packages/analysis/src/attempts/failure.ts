import type { Call } from "@weir/model";

/** Client errors after which trying again makes sense: RFC 9110 §15.5.9, RFC 8470 §5.2, RFC 6585 §4. */
const RETRIED_CLIENT_ERRORS: ReadonlySet<string> = new Set(["408", "425", "429"]);

/** Why a call failed, in one word; empty where it did not, or where nobody can tell. */
export function failureOf({ status, statusCode, endedBy }: Call): string {
  if (status === "ok") return "";
  if (endedBy === "client") return "clientGaveUp";
  if (endedBy === "server") return "serverClosed";
  if (status === "timeout") return "timeout";
  if (status === "clientError" || status === "serverError") return statusCode === "" ? status : statusCode;
  return status === "aborted" ? "aborted" : "";
}

/** Whether a client may try a call again that ended so. What the client did wrong stays wrong. */
export function mayBeRetried(call: Call): boolean {
  if (call.status === "clientError") return RETRIED_CLIENT_ERRORS.has(call.statusCode);
  return failureOf(call) !== "";
}

import type { CallStatus } from "@weir/model";
import { cString, HEADER_BYTES } from "./wire.ts";

/** An ErrorResponse or NoticeResponse (PostgreSQL documentation §55.8). */
export interface Notice {
  /** Not translated where the server tells (since 9.6): ERROR, FATAL, PANIC, WARNING, NOTICE … */
  readonly severity: string;
  /** SQLSTATE. */
  readonly code: string;
  /** Masked where it may repeat values. */
  readonly message: string;
}

const MAX_FIELDS = 32;
const MAX_MESSAGE_CHARS = 500;

/** Reads the fields of an ErrorResponse or NoticeResponse. Detail, hint and context are not read: they quote values. */
export function parseNotice(bytes: Uint8Array): Notice {
  const fields = new Map<string, string>();
  for (let at = HEADER_BYTES; at < bytes.length && bytes[at] !== 0 && fields.size < MAX_FIELDS; ) {
    const { text, next } = cString(bytes, at + 1);
    fields.set(String.fromCharCode(bytes[at] ?? 0), text);
    at = next;
  }
  const code = fields.get("C") ?? "";
  const message = (fields.get("M") ?? "").slice(0, MAX_MESSAGE_CHARS);
  const severity = fields.get("V") ?? fields.get("S") ?? "";
  return { severity, code, message: quotesValues(code) ? maskedMessage(message) : message };
}

/** Data exceptions quote the value, syntax errors a piece of the statement, raised errors whatever their author likes. */
function quotesValues(code: string): boolean {
  return code.startsWith("22") || code.startsWith("P0") || code === "42601" || code === "";
}

function maskedMessage(message: string): string {
  return message.replace(/"[^"]*"?|'[^']*'?|\d+/g, "?");
}

/** Classes of SQLSTATE (appendix A) where the statement was right and the server could not do it. */
const SERVER_CLASSES = new Set(["08", "40", "53", "57", "58", "F0", "HV", "XX"]);
const QUERY_CANCELED = "57014";
const LOCK_NOT_AVAILABLE = "55P03";
/** idle_in_transaction_session_timeout, idle_session_timeout, transaction_timeout. */
const TIMEOUTS = new Set(["25P03", "57P05", "25P04"]);

/**
 * What an error means on the common scale. Deadlocks and failed serialisations (class 40) are the server's: the same statement may pass when sent
 * again. A canceled query has timed out where the server's message says so, else somebody asked for it.
 */
export function statusOfError({ code, message }: Notice): CallStatus {
  if (TIMEOUTS.has(code)) return "timeout";
  if (code === QUERY_CANCELED) return message.includes("timeout") ? "timeout" : "aborted";
  if (code === LOCK_NOT_AVAILABLE) return message.includes("timeout") ? "timeout" : "serverError";
  return SERVER_CLASSES.has(code.slice(0, 2)) ? "serverError" : "clientError";
}

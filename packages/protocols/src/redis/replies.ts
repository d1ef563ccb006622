import type { CallStatus } from "@weir/model";
import { Byte } from "./wire.ts";

/** The word that an error begins with: `WRONGTYPE`, `ERR`. Errors of scripts need not have one. */
export function errorCode(message: string): string {
  return /^[A-Z][A-Z0-9_]*(?= |$)/.exec(message)?.[0] ?? "ERR";
}

/** Errors that are no fault of the command: the server cannot now, or not here. */
const SERVER_ERRORS: ReadonlySet<string> = new Set([
  "OOM",
  "LOADING",
  "BUSY",
  "CLUSTERDOWN",
  "MASTERDOWN",
  "READONLY",
  "TRYAGAIN",
  "MISCONF",
  "NOREPLICAS",
  "NOMASTERLINK",
  "NOGOODSLAVE",
  "INPROG",
  "IOERR",
  "DENIED",
  "FAILOVER",
  "UNKILLABLE",
]);
const TOO_MANY_CLIENTS = "ERR max number of clients";

/** A redirection (MOVED, ASK) tells where the key is: an answer, no failure. */
export function statusOfError(code: string, message: string): CallStatus {
  if (isRedirection(code)) return "ok";
  return SERVER_ERRORS.has(code) || message.startsWith(TOO_MANY_CLIENTS) ? "serverError" : "clientError";
}

export function isRedirection(code: string): boolean {
  return code === "MOVED" || code === "ASK";
}

/** An error's text without what it repeats of the command. */
export function maskError(message: string): string {
  return message.replace(/, with args beginning with:.*$/s, "").replace(/(['"`])[^'"`]*\1/g, "$1?$1");
}

/** What kind of value an answer is. */
export function replyKind(type: number, count: number): string {
  if (count < 0) return "null";
  return KINDS[type] ?? "unknown";
}

const NAMED: ReadonlyMap<number, string> = new Map([
  [Byte.simple, "simple"],
  [Byte.error, "error"],
  [Byte.blobError, "error"],
  [Byte.integer, "integer"],
  [Byte.bulk, "bulk"],
  [Byte.verbatim, "bulk"],
  [Byte.array, "array"],
  [Byte.map, "map"],
  [Byte.set, "set"],
  [Byte.push, "push"],
  [Byte.nothing, "null"],
  [Byte.double, "double"],
  [Byte.boolean, "boolean"],
  [Byte.bigNumber, "bigNumber"],
]);
/** By first byte: a list is quicker to look into than a map. */
const KINDS: readonly string[] = Array.from({ length: 256 }, (_, type) => NAMED.get(type) ?? "unknown");

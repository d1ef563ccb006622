import type { CallStatus } from "@weir/model";
import { ByteCursor } from "../common/byte-cursor.ts";

/** Message types, and how a reply begins (RFC 5531 §9). */
const CALL = 0;
const REPLY = 1;
const RPC_VERSION = 2;
const ACCEPTED = 0;
/** Longest credential or verifier. */
const MAX_AUTH_BYTES = 400;
/** xid, type, version, program, version, procedure; what a reply must have at least is shorter. */
export const MIN_CALL_BYTES = 40;
export const MIN_REPLY_BYTES = 20;

/** How credentials prove who asks (IANA "RPC Authentication Numbers"). */
const FLAVORS: ReadonlyMap<number, string> = new Map([
  [0, "none"],
  [1, "sys"],
  [2, "short"],
  [3, "dh"],
  [6, "gss"],
  [7, "tls"],
]);
const GSS = 6;
const ACCEPT_STATUSES = [
  "SUCCESS",
  "PROG_UNAVAIL",
  "PROG_MISMATCH",
  "PROC_UNAVAIL",
  "GARBAGE_ARGS",
  "SYSTEM_ERR",
] as const;

/** What is asked; the arguments stand behind `cursor`. */
export interface RpcCall {
  readonly kind: "call";
  readonly xid: number;
  readonly program: number;
  readonly version: number;
  readonly procedure: number;
  readonly flavor: string;
  /** False where the arguments may be encrypted. */
  readonly isPlain: boolean;
  /** Stands at the arguments. Borrowed. */
  readonly arguments: ByteCursor;
}

/** What is answered; the results stand behind `cursor` where the call was carried out. */
export interface RpcReply {
  readonly kind: "reply";
  readonly xid: number;
  /** `SUCCESS` where the call was carried out. */
  readonly statusCode: string;
  readonly status: CallStatus;
  readonly results: ByteCursor;
}

/** Reads a message; undefined where it is none. */
export function parseRpc(bytes: Uint8Array): RpcCall | RpcReply | undefined {
  const cursor = new ByteCursor(bytes);
  const xid = cursor.uint32();
  const type = cursor.uint32();
  if (cursor.hasFailed) return undefined;
  if (type === CALL) return parseCall(cursor, xid);
  return type === REPLY ? parseReply(cursor, xid) : undefined;
}

function parseCall(cursor: ByteCursor, xid: number): RpcCall | undefined {
  if (cursor.uint32() !== RPC_VERSION) return undefined;
  const program = cursor.uint32();
  const version = cursor.uint32();
  const procedure = cursor.uint32();
  const flavor = cursor.uint32();
  if (!skipAuth(cursor)) return undefined;
  cursor.uint32();
  if (!skipAuth(cursor)) return undefined;
  const name = FLAVORS.get(flavor) ?? String(flavor);
  return { kind: "call", xid, program, version, procedure, flavor: name, isPlain: flavor !== GSS, arguments: cursor };
}

function parseReply(cursor: ByteCursor, xid: number): RpcReply | undefined {
  const state = cursor.uint32();
  if (cursor.hasFailed || state > 1) return undefined;
  if (state !== ACCEPTED) {
    const statusCode = cursor.uint32() === 0 ? "RPC_MISMATCH" : "AUTH_ERROR";
    return { kind: "reply", xid, statusCode, status: "clientError", results: cursor };
  }
  cursor.uint32();
  if (!skipAuth(cursor)) return undefined;
  const accepted = cursor.uint32();
  const statusCode = ACCEPT_STATUSES[accepted];
  if (cursor.hasFailed || statusCode === undefined) return undefined;
  const isServers = statusCode === "SYSTEM_ERR" || statusCode === "PROG_UNAVAIL";
  const status = accepted === 0 ? "ok" : isServers ? "serverError" : "clientError";
  return { kind: "reply", xid, statusCode, status, results: cursor };
}

/** Credentials and verifiers are passed over: they prove who asks. */
function skipAuth(cursor: ByteCursor): boolean {
  const length = cursor.uint32();
  if (length > MAX_AUTH_BYTES) return false;
  cursor.take(padded(length));
  return !cursor.hasFailed;
}

/** Pieces of XDR are filled up to four bytes (RFC 4506 §3). */
export function padded(length: number): number {
  return (length + 3) & ~3;
}

/** A counted text of at most `most` bytes; the cursor fails where it is longer. */
export function xdrText(cursor: ByteCursor, most: number): string {
  const length = cursor.uint32();
  if (length > most) {
    cursor.fail();
    return "";
  }
  const text = cursor.text(length);
  cursor.take(padded(length) - length);
  return text;
}

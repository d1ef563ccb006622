import type { ByteCursor } from "../common/byte-cursor.ts";
import { padded, xdrText } from "./rpc.ts";

/** Operations of version 4, by number from 3 (RFC 7530 §16, RFC 8881 §18, RFC 7862 §15). */
const FIRST_OPERATION = 3;
const OPERATIONS =
  "ACCESS CLOSE COMMIT CREATE DELEGPURGE DELEGRETURN GETATTR GETFH LINK LOCK LOCKT LOCKU LOOKUP LOOKUPP NVERIFY OPEN OPENATTR OPEN_CONFIRM OPEN_DOWNGRADE PUTFH PUTPUBFH PUTROOTFH READ READDIR READLINK REMOVE RENAME RENEW RESTOREFH SAVEFH SECINFO SETATTR SETCLIENTID SETCLIENTID_CONFIRM VERIFY WRITE RELEASE_LOCKOWNER BACKCHANNEL_CTL BIND_CONN_TO_SESSION EXCHANGE_ID CREATE_SESSION DESTROY_SESSION FREE_STATEID GET_DIR_DELEGATION GETDEVICEINFO GETDEVICELIST LAYOUTCOMMIT LAYOUTGET LAYOUTRETURN SECINFO_NO_NAME SEQUENCE SET_SSV TEST_STATEID WANT_DELEGATION DESTROY_CLIENTID RECLAIM_COMPLETE ALLOCATE COPY COPY_NOTIFY DEALLOCATE IO_ADVISE LAYOUTERROR LAYOUTSTATS OFFLOAD_CANCEL OFFLOAD_STATUS READ_PLUS SEEK WRITE_SAME CLONE".split(
    " ",
  );
const ILLEGAL = 10_044;
/** Operations in one compound at most, and longest tag and name. */
const MAX_OPERATIONS = 128;
const MAX_TAG_BYTES = 1_024;
export const MAX_NAME_BYTES = 1_024;
const MAX_HANDLE_BYTES = 128;
const STATEID_BYTES = 16;
const SESSION_BYTES = 16;
/** Operations without arguments: DELEGPURGE aside, those that only move between files. */
const WITHOUT_ARGUMENTS: ReadonlySet<string> = new Set([
  "GETFH",
  "LOOKUPP",
  "PUTPUBFH",
  "PUTROOTFH",
  "READLINK",
  "RESTOREFH",
  "SAVEFH",
]);
/** What only leads to what a compound is for. */
const AUXILIARY: ReadonlySet<string> = new Set([
  "SEQUENCE",
  "PUTFH",
  "PUTROOTFH",
  "PUTPUBFH",
  "SAVEFH",
  "RESTOREFH",
  "GETFH",
]);

/** What a compound asks for. */
export interface Compound {
  readonly minorVersion: number;
  /** How many operations it says it has. */
  readonly count: number;
  /** As far as arguments could be passed over. */
  readonly operations: readonly string[];
  /** Names of files in it, as a path. */
  readonly path: string;
}

export function operationName(number: number): string {
  return number === ILLEGAL ? "ILLEGAL" : (OPERATIONS[number - FIRST_OPERATION] ?? String(number));
}

/** Reads a compound's arguments (RFC 7530 §15.2.1) up to the first operation whose length is not known here. */
export function readCompound(cursor: ByteCursor): Compound | undefined {
  xdrText(cursor, MAX_TAG_BYTES);
  const minorVersion = cursor.uint32();
  const count = cursor.uint32();
  if (cursor.hasFailed || minorVersion > 2) return undefined;
  const operations: string[] = [];
  const names: string[] = [];
  while (operations.length < Math.min(count, MAX_OPERATIONS)) {
    const operation = operationName(cursor.uint32());
    if (cursor.hasFailed) break;
    operations.push(operation);
    if (!passArguments(cursor, operation, names) || cursor.hasFailed) break;
  }
  return { minorVersion, count, operations, path: names.join("/") };
}

/** What a compound is for: the first operation that does more than lead there, LOOKUP only where nothing follows. */
export function purposeOf({ operations }: Compound): string {
  const own = operations.filter((operation) => !AUXILIARY.has(operation));
  const further = own.find((operation) => operation !== "LOOKUP" && operation !== "GETATTR" && operation !== "ACCESS");
  return further ?? (own.includes("LOOKUP") ? "LOOKUP" : (own[0] ?? operations[0] ?? "COMPOUND"));
}

/** Passes over an operation's arguments; false where their length is not known. */
function passArguments(cursor: ByteCursor, operation: string, names: string[]): boolean {
  if (WITHOUT_ARGUMENTS.has(operation)) return true;
  switch (operation) {
    case "SEQUENCE":
      cursor.take(SESSION_BYTES + 16);
      return true;
    case "PUTFH":
      cursor.take(padded(Math.min(cursor.uint32(), MAX_HANDLE_BYTES)));
      return true;
    case "LOOKUP":
    case "REMOVE":
    case "SECINFO":
      names.push(xdrText(cursor, MAX_NAME_BYTES));
      return true;
    case "GETATTR":
      cursor.take(4 * Math.min(cursor.uint32(), MAX_NAME_BYTES));
      return true;
    case "ACCESS":
      cursor.take(4);
      return true;
    case "READ":
      cursor.take(STATEID_BYTES + 12);
      return true;
    case "CLOSE":
      cursor.take(4 + STATEID_BYTES);
      return true;
    case "COMMIT":
      cursor.take(12);
      return true;
    case "RENEW":
      cursor.take(8);
      return true;
    case "DELEGRETURN":
      cursor.take(STATEID_BYTES);
      return true;
    default:
      return false;
  }
}

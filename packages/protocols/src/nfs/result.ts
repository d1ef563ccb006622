import type { CallStatus } from "@weir/model";
import { operationName } from "./compound.ts";
import { isNfsStatus, nfsStatusName, statusOfNfs } from "./nfs-status.ts";
import type { Pending } from "./pending.ts";
import { ProgramNumber } from "./programs.ts";
import { type RpcReply, xdrText } from "./rpc.ts";

const MAX_TAG_BYTES = 1_024;
/** Programs whose results begin with a status of NFS. */
const WITH_STATUS: ReadonlySet<number> = new Set([ProgramNumber.nfs, ProgramNumber.mount, ProgramNumber.acl]);
/** Procedures that have no status: they give nothing, or lists. */
const WITHOUT_STATUS: ReadonlySet<string> = new Set(
  "NULL DUMP UMNT UMNTALL EXPORT EXPORTALL ROOT WRITECACHE".split(" "),
);

/** What an answer says. */
export interface Result {
  readonly status: CallStatus;
  readonly statusCode: string;
  /** Of a compound: where it stopped. */
  readonly failedOperation?: string;
  /** That a port mapper gave. */
  readonly port?: number;
}

/** Reads the results of a call; the reply's cursor moves. */
export function readResult(reply: RpcReply, pending: Pending | undefined): Result {
  const plain = { status: reply.status, statusCode: reply.statusCode };
  if (reply.statusCode !== "SUCCESS" || pending?.isPlain !== true) return plain;
  const { program, version, asked } = pending;
  const cursor = reply.results;
  if (program === ProgramNumber.portmap && asked.operation === "GETPORT") {
    const port = cursor.uint32();
    // Zero: there is no such program (RFC 1833 §3.2).
    if (cursor.hasFailed) return plain;
    return port === 0 ? { status: "clientError", statusCode: "PROG_NOT_REGISTERED" } : { ...plain, port };
  }
  if (!WITH_STATUS.has(program) || WITHOUT_STATUS.has(asked.operation)) return plain;
  const status = cursor.uint32();
  if (cursor.hasFailed || !isNfsStatus(status)) return plain;
  const result = { status: statusOfNfs(status), statusCode: nfsStatusName(status, asked.program, version) };
  if (asked.compound === undefined || status === 0) return result;
  // A compound ends with the operation that failed (RFC 7530 §15.2.4).
  xdrText(cursor, MAX_TAG_BYTES);
  const done = cursor.uint32();
  const only = done === 1 ? operationName(cursor.uint32()) : undefined;
  const failedOperation = cursor.hasFailed ? undefined : (asked.compound.operations[done - 1] ?? only);
  return failedOperation === undefined ? result : { ...result, failedOperation };
}

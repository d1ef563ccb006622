import type { CallStatus } from "@weir/model";

/** Statuses of NFS, of all versions (RFC 1094, RFC 1813 §2.6, RFC 7530 §13, RFC 8881 §15), without `NFS_`. */
const NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries({
    0: "OK",
    1: "PERM",
    2: "NOENT",
    5: "IO",
    6: "NXIO",
    13: "ACCES",
    17: "EXIST",
    18: "XDEV",
    19: "NODEV",
    20: "NOTDIR",
    21: "ISDIR",
    22: "INVAL",
    27: "FBIG",
    28: "NOSPC",
    30: "ROFS",
    31: "MLINK",
    63: "NAMETOOLONG",
    66: "NOTEMPTY",
    69: "DQUOT",
    70: "STALE",
    71: "REMOTE",
    10001: "BADHANDLE",
    10002: "NOT_SYNC",
    10003: "BAD_COOKIE",
    10004: "NOTSUPP",
    10005: "TOOSMALL",
    10006: "SERVERFAULT",
    10007: "BADTYPE",
    10008: "DELAY",
    10009: "SAME",
    10010: "DENIED",
    10011: "EXPIRED",
    10012: "LOCKED",
    10013: "GRACE",
    10014: "FHEXPIRED",
    10015: "SHARE_DENIED",
    10016: "WRONGSEC",
    10017: "CLID_INUSE",
    10018: "RESOURCE",
    10019: "MOVED",
    10020: "NOFILEHANDLE",
    10021: "MINOR_VERS_MISMATCH",
    10022: "STALE_CLIENTID",
    10023: "STALE_STATEID",
    10024: "OLD_STATEID",
    10025: "BAD_STATEID",
    10026: "BAD_SEQID",
    10027: "NOT_SAME",
    10028: "LOCK_RANGE",
    10029: "SYMLINK",
    10030: "RESTOREFH",
    10031: "LEASE_MOVED",
    10032: "ATTRNOTSUPP",
    10033: "NO_GRACE",
    10034: "RECLAIM_BAD",
    10035: "RECLAIM_CONFLICT",
    10036: "BADXDR",
    10037: "LOCKS_HELD",
    10038: "OPENMODE",
    10039: "BADOWNER",
    10040: "BADCHAR",
    10041: "BADNAME",
    10042: "BAD_RANGE",
    10043: "LOCK_NOTSUPP",
    10044: "OP_ILLEGAL",
    10045: "DEADLOCK",
    10046: "FILE_OPEN",
    10047: "ADMIN_REVOKED",
    10048: "CB_PATH_DOWN",
    10049: "BADIOMODE",
    10050: "BADLAYOUT",
    10052: "BADSESSION",
    10053: "BADSLOT",
    10054: "COMPLETE_ALREADY",
    10055: "CONN_NOT_BOUND_TO_SESSION",
    10056: "DELEG_ALREADY_WANTED",
    10063: "SEQ_MISORDERED",
    10068: "RETRY_UNCACHED_REP",
    10071: "OP_NOT_IN_SESSION",
    10078: "DEADSESSION",
  }).map(([number, name]) => [Number(number), name]),
);
/** What a server lacks or cannot do now: I/O, devices, space, a fault of its own, wait, a time of grace. */
const SERVERS_FAULT: ReadonlySet<number> = new Set([5, 6, 19, 28, 69, 10006, 10008, 10013, 10018]);
/** The answers of VERIFY and NVERIFY (RFC 7530 §16.35). */
const FINE: ReadonlySet<number> = new Set([0, 10009, 10027]);

/** As the RFCs write them: `NFS4ERR_STALE`, `MNT3ERR_ACCES`, of version 2 `NFSERR_STALE`. */
export function nfsStatusName(status: number, program: string, version: number): string {
  const word = program === "mount" ? "MNT" : "NFS";
  const numbered = version === 2 && word === "NFS" ? word : `${word}${version}`;
  return status === 0 ? `${numbered}_OK` : `${numbered}ERR_${NAMES.get(status) ?? status}`;
}

export function statusOfNfs(status: number): CallStatus {
  if (FINE.has(status)) return "ok";
  return SERVERS_FAULT.has(status) ? "serverError" : "clientError";
}

/** True of a number that is a status. */
export function isNfsStatus(status: number): boolean {
  return NAMES.has(status);
}

import type { CallStatus } from "@weir/model";

/** An interim response: the final one follows (MS-SMB2 §3.3.4.2). */
export const STATUS_PENDING = 0x103;
const STATUS_CANCELLED = 0xc000_0120;

/** Names of the statuses that servers give in practice (MS-ERREF §2.3.1), without `STATUS_`. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x0000_0000, "SUCCESS"],
  [STATUS_PENDING, "PENDING"],
  [0x0000_010b, "NOTIFY_CLEANUP"],
  [0x0000_010c, "NOTIFY_ENUM_DIR"],
  [0x8000_0005, "BUFFER_OVERFLOW"],
  [0x8000_0006, "NO_MORE_FILES"],
  [0x8000_002d, "STOPPED_ON_SYMLINK"],
  [0xc000_0001, "UNSUCCESSFUL"],
  [0xc000_0002, "NOT_IMPLEMENTED"],
  [0xc000_0003, "INVALID_INFO_CLASS"],
  [0xc000_0004, "INFO_LENGTH_MISMATCH"],
  [0xc000_0008, "INVALID_HANDLE"],
  [0xc000_000d, "INVALID_PARAMETER"],
  [0xc000_000e, "NO_SUCH_DEVICE"],
  [0xc000_000f, "NO_SUCH_FILE"],
  [0xc000_0010, "INVALID_DEVICE_REQUEST"],
  [0xc000_0011, "END_OF_FILE"],
  [0xc000_0016, "MORE_PROCESSING_REQUIRED"],
  [0xc000_0022, "ACCESS_DENIED"],
  [0xc000_0023, "BUFFER_TOO_SMALL"],
  [0xc000_0033, "OBJECT_NAME_INVALID"],
  [0xc000_0034, "OBJECT_NAME_NOT_FOUND"],
  [0xc000_0035, "OBJECT_NAME_COLLISION"],
  [0xc000_003a, "OBJECT_PATH_NOT_FOUND"],
  [0xc000_0043, "SHARING_VIOLATION"],
  [0xc000_0054, "FILE_LOCK_CONFLICT"],
  [0xc000_0055, "LOCK_NOT_GRANTED"],
  [0xc000_0056, "DELETE_PENDING"],
  [0xc000_005e, "NO_LOGON_SERVERS"],
  [0xc000_0061, "PRIVILEGE_NOT_HELD"],
  [0xc000_0064, "NO_SUCH_USER"],
  [0xc000_006a, "WRONG_PASSWORD"],
  [0xc000_006d, "LOGON_FAILURE"],
  [0xc000_006e, "ACCOUNT_RESTRICTION"],
  [0xc000_0071, "PASSWORD_EXPIRED"],
  [0xc000_0072, "ACCOUNT_DISABLED"],
  [0xc000_007f, "DISK_FULL"],
  [0xc000_009a, "INSUFFICIENT_RESOURCES"],
  [0xc000_00a2, "MEDIA_WRITE_PROTECTED"],
  [0xc000_00ac, "PIPE_NOT_AVAILABLE"],
  [0xc000_00ae, "PIPE_BUSY"],
  [0xc000_00b0, "PIPE_DISCONNECTED"],
  [0xc000_00b5, "IO_TIMEOUT"],
  [0xc000_00ba, "FILE_IS_A_DIRECTORY"],
  [0xc000_00bb, "NOT_SUPPORTED"],
  [0xc000_00c4, "UNEXPECTED_NETWORK_ERROR"],
  [0xc000_00c9, "NETWORK_NAME_DELETED"],
  [0xc000_00ca, "NETWORK_ACCESS_DENIED"],
  [0xc000_00cb, "BAD_DEVICE_TYPE"],
  [0xc000_00cc, "BAD_NETWORK_NAME"],
  [0xc000_00d0, "REQUEST_NOT_ACCEPTED"],
  [0xc000_00e5, "INTERNAL_ERROR"],
  [0xc000_0101, "DIRECTORY_NOT_EMPTY"],
  [0xc000_0103, "NOT_A_DIRECTORY"],
  [0xc000_011f, "TOO_MANY_OPENED_FILES"],
  [STATUS_CANCELLED, "CANCELLED"],
  [0xc000_0121, "CANNOT_DELETE"],
  [0xc000_0128, "FILE_CLOSED"],
  [0xc000_014b, "PIPE_BROKEN"],
  [0xc000_0184, "INVALID_DEVICE_STATE"],
  [0xc000_0185, "IO_DEVICE_ERROR"],
  [0xc000_0190, "TRUSTED_DOMAIN_FAILURE"],
  [0xc000_0193, "ACCOUNT_EXPIRED"],
  [0xc000_0203, "USER_SESSION_DELETED"],
  [0xc000_0205, "INSUFF_SERVER_RESOURCES"],
  [0xc000_0224, "PASSWORD_MUST_CHANGE"],
  [0xc000_0225, "NOT_FOUND"],
  [0xc000_0234, "ACCOUNT_LOCKED_OUT"],
  [0xc000_0257, "PATH_NOT_COVERED"],
  [0xc000_035c, "NETWORK_SESSION_EXPIRED"],
  [0xc000_0466, "SERVER_UNAVAILABLE"],
  [0xc000_0467, "FILE_NOT_AVAILABLE"],
]);
/** Errors by which a protocol goes on: a login's next step, what a client asks until there is no more, where a share is instead. */
const FINE: ReadonlySet<number> = new Set([0xc000_0016, 0xc000_0011, 0xc000_0257]);
/** What a server lacks, or could not do. */
const SERVERS_FAULT: ReadonlySet<number> = new Set([
  0xc000_0001, 0xc000_0002, 0xc000_005e, 0xc000_007f, 0xc000_009a, 0xc000_00ac, 0xc000_00ae, 0xc000_00b5, 0xc000_00c4,
  0xc000_00d0, 0xc000_00e5, 0xc000_011f, 0xc000_014b, 0xc000_0184, 0xc000_0185, 0xc000_0190, 0xc000_0205, 0xc000_0466,
]);
/** Severity in the two highest bits: errors. */
const ERROR = 3;

/** `STATUS_ACCESS_DENIED`, else the number. */
export function ntStatusName(status: number): string {
  const name = NAMES.get(status);
  return name === undefined ? `0x${status.toString(16).padStart(8, "0")}` : `STATUS_${name}`;
}

export function statusOf(status: number): CallStatus {
  if (status >>> 30 !== ERROR || FINE.has(status)) return "ok";
  if (status === STATUS_CANCELLED) return "aborted";
  return SERVERS_FAULT.has(status) ? "serverError" : "clientError";
}

/** Commands of versions 2 and 3 (MS-SMB2 §2.2.1). */
const COMMANDS2 = [
  "NEGOTIATE",
  "SESSION_SETUP",
  "LOGOFF",
  "TREE_CONNECT",
  "TREE_DISCONNECT",
  "CREATE",
  "CLOSE",
  "FLUSH",
  "READ",
  "WRITE",
  "LOCK",
  "IOCTL",
  "CANCEL",
  "ECHO",
  "QUERY_DIRECTORY",
  "CHANGE_NOTIFY",
  "QUERY_INFO",
  "SET_INFO",
  "OPLOCK_BREAK",
] as const;

export const Command2 = {
  negotiate: 0,
  treeConnect: 3,
  create: 5,
  close: 6,
  read: 8,
  write: 9,
  ioctl: 11,
  cancel: 12,
  oplockBreak: 18,
} as const;

/** Commands of version 1 (MS-CIFS §2.2.2.1). */
const COMMANDS1: ReadonlyMap<number, string> = new Map([
  [0x00, "CREATE_DIRECTORY"],
  [0x01, "DELETE_DIRECTORY"],
  [0x02, "OPEN"],
  [0x03, "CREATE"],
  [0x04, "CLOSE"],
  [0x05, "FLUSH"],
  [0x06, "DELETE"],
  [0x07, "RENAME"],
  [0x08, "QUERY_INFORMATION"],
  [0x09, "SET_INFORMATION"],
  [0x0a, "READ"],
  [0x0b, "WRITE"],
  [0x0c, "LOCK_BYTE_RANGE"],
  [0x0d, "UNLOCK_BYTE_RANGE"],
  [0x0e, "CREATE_TEMPORARY"],
  [0x0f, "CREATE_NEW"],
  [0x10, "CHECK_DIRECTORY"],
  [0x11, "PROCESS_EXIT"],
  [0x12, "SEEK"],
  [0x13, "LOCK_AND_READ"],
  [0x14, "WRITE_AND_UNLOCK"],
  [0x1a, "READ_RAW"],
  [0x1d, "WRITE_RAW"],
  [0x22, "SET_INFORMATION2"],
  [0x23, "QUERY_INFORMATION2"],
  [0x24, "LOCKING_ANDX"],
  [0x25, "TRANSACTION"],
  [0x26, "TRANSACTION_SECONDARY"],
  [0x27, "IOCTL"],
  [0x2b, "ECHO"],
  [0x2c, "WRITE_AND_CLOSE"],
  [0x2d, "OPEN_ANDX"],
  [0x2e, "READ_ANDX"],
  [0x2f, "WRITE_ANDX"],
  [0x32, "TRANSACTION2"],
  [0x33, "TRANSACTION2_SECONDARY"],
  [0x34, "FIND_CLOSE2"],
  [0x70, "TREE_CONNECT"],
  [0x71, "TREE_DISCONNECT"],
  [0x72, "NEGOTIATE"],
  [0x73, "SESSION_SETUP_ANDX"],
  [0x74, "LOGOFF_ANDX"],
  [0x75, "TREE_CONNECT_ANDX"],
  [0x80, "QUERY_INFORMATION_DISK"],
  [0x81, "SEARCH"],
  [0xa0, "NT_TRANSACT"],
  [0xa1, "NT_TRANSACT_SECONDARY"],
  [0xa2, "NT_CREATE_ANDX"],
  [0xa4, "NT_CANCEL"],
  [0xa5, "NT_RENAME"],
  [0xc0, "OPEN_PRINT_FILE"],
  [0xc1, "WRITE_PRINT_FILE"],
  [0xc2, "CLOSE_PRINT_FILE"],
]);

export const Command1 = { negotiate: 0x72, treeConnectAndX: 0x75, ntCreateAndX: 0xa2, ntCancel: 0xa4 } as const;
/** What goes on with a request of several messages. */
export const SECONDARY: ReadonlySet<number> = new Set([0x26, 0x33, 0xa1]);

/** Control codes (MS-FSCC §2.3, MS-SMB2 §2.2.31). */
const CONTROLS: ReadonlyMap<number, string> = new Map([
  [0x0006_0194, "FSCTL_DFS_GET_REFERRALS"],
  [0x0006_01b0, "FSCTL_DFS_GET_REFERRALS_EX"],
  [0x0009_00a4, "FSCTL_SET_REPARSE_POINT"],
  [0x0009_00c0, "FSCTL_CREATE_OR_GET_OBJECT_ID"],
  [0x0009_8208, "FSCTL_FILE_LEVEL_TRIM"],
  [0x0011_0018, "FSCTL_PIPE_WAIT"],
  [0x0011_400c, "FSCTL_PIPE_PEEK"],
  [0x0011_c017, "FSCTL_PIPE_TRANSCEIVE"],
  [0x0014_0078, "FSCTL_SRV_REQUEST_RESUME_KEY"],
  [0x0014_01d4, "FSCTL_LMR_REQUEST_RESILIENCY"],
  [0x0014_01fc, "FSCTL_QUERY_NETWORK_INTERFACE_INFO"],
  [0x0014_0204, "FSCTL_VALIDATE_NEGOTIATE_INFO"],
  [0x0014_4064, "FSCTL_SRV_ENUMERATE_SNAPSHOTS"],
  [0x0014_40f2, "FSCTL_SRV_COPYCHUNK"],
  [0x0014_41bb, "FSCTL_SRV_READ_HASH"],
  [0x0014_80f2, "FSCTL_SRV_COPYCHUNK_WRITE"],
]);

export function command2Name(command: number): string | undefined {
  return COMMANDS2[command];
}

export function command1Name(command: number): string {
  return COMMANDS1.get(command) ?? `0x${command.toString(16).padStart(2, "0")}`;
}

export function controlName(code: number): string {
  return CONTROLS.get(code) ?? `0x${code.toString(16).padStart(8, "0")}`;
}

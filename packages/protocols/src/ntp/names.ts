/** What an association's mode is called (RFC 5905 §3). */
const MODES = [
  "reserved",
  "symmetric active",
  "symmetric passive",
  "client",
  "server",
  "broadcast",
  "control",
  "private",
] as const;

/** Commands of control messages (RFC 9327 §2). */
const CONTROL: ReadonlyMap<number, string> = new Map([
  [1, "read status"],
  [2, "read variables"],
  [3, "write variables"],
  [4, "read clock variables"],
  [5, "write clock variables"],
  [6, "set trap"],
  [7, "trap response"],
  [8, "configure"],
  [9, "save configuration"],
  [10, "read MRU"],
  [11, "read ordered list"],
  [12, "request nonce"],
  [31, "unset trap"],
]);
/** Errors of control messages, in the upper byte of the status (RFC 9327 §3.4). */
const CONTROL_ERRORS = [
  "unspecified",
  "authentication failure",
  "invalid message length or format",
  "invalid opcode",
  "unknown association identifier",
  "unknown variable name",
  "invalid variable value",
  "administratively prohibited",
] as const;
/** Requests of private mode that are met in practice, by ntpd's names (`ntp_request.h`). */
const PRIVATE: ReadonlyMap<number, string> = new Map([
  [0, "PEER_LIST"],
  [1, "PEER_LIST_SUM"],
  [2, "PEER_INFO"],
  [3, "PEER_STATS"],
  [4, "SYS_INFO"],
  [5, "SYS_STATS"],
  [6, "IO_STATS"],
  [7, "MEM_STATS"],
  [8, "LOOP_INFO"],
  [9, "TIMER_STATS"],
  [16, "GET_RESTRICT"],
  [20, "MON_GETLIST"],
  [28, "GET_KERNEL"],
  [42, "MON_GETLIST_1"],
]);
/** Errors of private mode, by ntpd's names. */
const PRIVATE_ERRORS: ReadonlyMap<number, string> = new Map([
  [1, "INFO_ERR_IMPL"],
  [2, "INFO_ERR_REQ"],
  [3, "INFO_ERR_FMT"],
  [4, "INFO_ERR_NODATA"],
  [7, "INFO_ERR_AUTH"],
]);

export function modeName(mode: number): string {
  return MODES[mode] ?? String(mode);
}

/** Undefined for what is no command. */
export function controlName(opcode: number): string | undefined {
  return CONTROL.get(opcode);
}

export function controlErrorName(error: number): string {
  return CONTROL_ERRORS[error] ?? String(error);
}

export function privateName(request: number): string {
  return PRIVATE.get(request) ?? `request ${request}`;
}

export function privateErrorName(error: number): string {
  return PRIVATE_ERRORS.get(error) ?? `error ${error}`;
}

import type { CallStatus } from "@weir/model";

/** Codes (`ErrorCodes.cpp`) of what is the server's failure, or its limits', with their names. */
const SERVER_ERRORS: ReadonlyMap<number, string> = new Map([
  [49, "LOGICAL_ERROR"],
  [74, "CANNOT_READ_FROM_FILE_DESCRIPTOR"],
  [158, "TOO_MANY_ROWS"],
  [159, "TIMEOUT_EXCEEDED"],
  [160, "TOO_SLOW"],
  [173, "CANNOT_ALLOCATE_MEMORY"],
  [201, "QUOTA_EXCEEDED"],
  [202, "TOO_MANY_SIMULTANEOUS_QUERIES"],
  [209, "SOCKET_TIMEOUT"],
  [210, "NETWORK_ERROR"],
  [225, "NO_ZOOKEEPER"],
  [236, "ABORTED"],
  [241, "MEMORY_LIMIT_EXCEEDED"],
  [242, "TABLE_IS_READ_ONLY"],
  [243, "NOT_ENOUGH_SPACE"],
  [252, "TOO_MANY_PARTS"],
  [279, "ALL_CONNECTION_TRIES_FAILED"],
  [285, "TOO_FEW_LIVE_REPLICAS"],
  [307, "TOO_MANY_BYTES"],
  [319, "UNKNOWN_STATUS_OF_INSERT"],
  [425, "SYSTEM_ERROR"],
  [999, "KEEPER_EXCEPTION"],
  [1000, "POCO_EXCEPTION"],
  [1001, "STD_EXCEPTION"],
  [1002, "UNKNOWN_EXCEPTION"],
]);

/** Well-known codes of what the client did wrong; those that stand in neither list are the client's too. */
const CLIENT_ERRORS: ReadonlyMap<number, string> = new Map([
  [6, "CANNOT_PARSE_TEXT"],
  [16, "NO_SUCH_COLUMN_IN_TABLE"],
  [27, "CANNOT_PARSE_INPUT_ASSERTION_FAILED"],
  [42, "NUMBER_OF_ARGUMENTS_DOESNT_MATCH"],
  [43, "ILLEGAL_TYPE_OF_ARGUMENT"],
  [46, "UNKNOWN_FUNCTION"],
  [47, "UNKNOWN_IDENTIFIER"],
  [53, "TYPE_MISMATCH"],
  [57, "TABLE_ALREADY_EXISTS"],
  [60, "UNKNOWN_TABLE"],
  [62, "SYNTAX_ERROR"],
  [81, "UNKNOWN_DATABASE"],
  [82, "DATABASE_ALREADY_EXISTS"],
  [115, "UNKNOWN_SETTING"],
  [153, "ILLEGAL_DIVISION"],
  [164, "READONLY"],
  [192, "UNKNOWN_USER"],
  [193, "WRONG_PASSWORD"],
  [194, "REQUIRED_PASSWORD"],
  [195, "IP_ADDRESS_NOT_ALLOWED"],
  [215, "NOT_AN_AGGREGATE"],
  [394, "QUERY_WAS_CANCELLED"],
  [395, "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"],
  [497, "ACCESS_DENIED"],
  [516, "AUTHENTICATION_FAILED"],
]);

/** Name of an error, its number where the name is not known. */
export function errorName(code: number): string {
  return SERVER_ERRORS.get(code) ?? CLIENT_ERRORS.get(code) ?? String(code);
}

export function statusOfError(code: number): CallStatus {
  return SERVER_ERRORS.has(code) ? "serverError" : "clientError";
}

import type { CallStatus } from "@weir/model";
import { HEADER_BYTES, PayloadReader } from "./wire.ts";

/** An ERR_Packet. */
export interface MysqlError {
  readonly code: number;
  /** SQLSTATE; empty before a client's capabilities are known. */
  readonly sqlState: string;
  /** Masked where it may repeat values. */
  readonly message: string;
}

/** MariaDB tells how far it is with packets of this code. */
export const PROGRESS_CODE = 0xffff;
const MAX_MESSAGE_CHARS = 500;

/** Reads an ERR_Packet. */
export function parseError(bytes: Uint8Array): MysqlError {
  const reader = new PayloadReader(bytes, HEADER_BYTES + 1);
  const code = reader.int(2);
  const rest = reader.restText();
  const hasState = /^#[0-9A-Z]{5}/.test(rest);
  const message = rest.slice(hasState ? 6 : 0).slice(0, MAX_MESSAGE_CHARS);
  return {
    code,
    sqlState: hasState ? rest.slice(1, 6) : "",
    message: QUOTES_NAMES.has(code) ? message : masked(message),
  };
}

/** Errors that quote names (databases, tables, columns, keys, users) and no values. */
const QUOTES_NAMES = new Set([
  1044, 1045, 1046, 1049, 1050, 1051, 1052, 1054, 1060, 1061, 1072, 1091, 1109, 1115, 1142, 1143, 1146, 1148, 1176,
  1227, 1251, 1305, 1356, 1364, 1451, 1452, 1524, 1698, 2061, 3948,
]);

function masked(message: string): string {
  return message.replace(/'[^']*'?|"[^"]*"?|\d+/g, "?");
}

/** Errors of the server's own (MySQL error reference): no room, no memory, too many, deadlock, going down, storage broken. */
const SERVER_ERRORS = new Set([
  1021, 1026, 1030, 1034, 1035, 1036, 1037, 1038, 1040, 1041, 1053, 1080, 1114, 1129, 1135, 1152, 1158, 1160, 1194,
  1195, 1203, 1206, 1213, 1297, 1613, 1614, 1836, 2013, 3572,
]);
/** Lock wait, reading, writing, execution (MySQL, MariaDB), inactivity. */
const TIMEOUTS = new Set([1159, 1161, 1205, 1969, 3024, 4031]);
/** Somebody killed the query or the connection. */
const KILLED = new Set([1317, 1927, 3169]);

/**
 * What an error means on the common scale. Deadlocks are the server's: the same statement may pass when sent again.
 */
export function statusOfError({ code, sqlState }: MysqlError): CallStatus {
  if (TIMEOUTS.has(code)) return "timeout";
  if (KILLED.has(code)) return "aborted";
  const isServers = SERVER_ERRORS.has(code) || sqlState === "40001" || sqlState.startsWith("XA");
  return isServers ? "serverError" : "clientError";
}

import { ByteCursor } from "../common/byte-cursor.ts";
import type { ProbeVerdict } from "../contract.ts";
import { eventTypeName, isErrorCode, keeperStateName, LOWEST_XID, OpCode, operationName, Xid } from "./codes.ts";
import { STAT_BYTES } from "./jute.ts";

/** Lengths of ConnectRequest and ConnectResponse, without and with the flag for read-only servers. */
const CONNECT_REQUEST_BYTES = 44;
const CONNECT_RESPONSE_BYTES = 36;
const PASSWORD_BYTES = 16;
/** Where the password's length stands in them, behind the message's length. */
const REQUEST_PASSWORD_AT = 28;
const RESPONSE_PASSWORD_AT = 20;
const MAX_PROBED_BYTES = 16 << 20;
const SLASH = 0x2f;

/** Operations whose first field is a path. */
const WITHOUT_PATH: ReadonlySet<number> = new Set([
  OpCode.ping,
  OpCode.multi,
  OpCode.multiRead,
  OpCode.reconfig,
  OpCode.auth,
  OpCode.setWatches,
  OpCode.setWatches2,
  OpCode.sasl,
  OpCode.whoAmI,
  OpCode.closeSession,
]);

/** Whether a client may begin so: with its session, a request about a path, a ping. */
export function probeRequest(bytes: Uint8Array): ProbeVerdict {
  if ((bytes[0] ?? 0) !== 0) return "noMatch";
  if (bytes.length < 12) return beginsLikeMessage(bytes) ? "needMore" : "noMatch";
  const cursor = new ByteCursor(bytes);
  const length = cursor.uint32();
  const xid = cursor.int32();
  const opcode = cursor.int32();
  if (xid === 0 && (length === CONNECT_REQUEST_BYTES || length === CONNECT_REQUEST_BYTES + 1))
    return probePassword(bytes, REQUEST_PASSWORD_AT);
  if (length > MAX_PROBED_BYTES || xid < LOWEST_XID || operationName(opcode) === undefined) return "noMatch";
  if (opcode === OpCode.ping) return length === 8 && xid === Xid.ping ? "match" : "noMatch";
  if (opcode === OpCode.closeSession) return length === 8 && xid > 0 ? "match" : "noMatch";
  if (WITHOUT_PATH.has(opcode) || length < 13) return "noMatch";
  const pathBytes = cursor.uint32();
  if (bytes.length < 17) return "needMore";
  return pathBytes > 0 && pathBytes <= length - 12 && bytes[16] === SLASH ? "match" : "noMatch";
}

/** A length of less than 16 MiB, and a version or transaction id that begin with 0, or with ones. */
function beginsLikeMessage(bytes: Uint8Array): boolean {
  return bytes.length < 5 || bytes[4] !== 0xff || bytes.length < 8 || (bytes[5] === 0xff && bytes[6] === 0xff);
}

/** True for the message with which a client opens its session. */
export function isConnectRequest(bytes: Uint8Array): boolean {
  const length = new ByteCursor(bytes).uint32();
  const isLong = length === CONNECT_REQUEST_BYTES || length === CONNECT_REQUEST_BYTES + 1;
  return isLong && probePassword(bytes, REQUEST_PASSWORD_AT) === "match";
}

/** True for the message with which a server answers that. */
export function isConnectResponse(bytes: Uint8Array): boolean {
  const length = new ByteCursor(bytes).uint32();
  const isLong = length === CONNECT_RESPONSE_BYTES || length === CONNECT_RESPONSE_BYTES + 1;
  return isLong && probePassword(bytes, RESPONSE_PASSWORD_AT) === "match";
}

/** Version 0 of the protocol, and 16 bytes of password, zeros for a new session. */
function probePassword(bytes: Uint8Array, at: number): ProbeVerdict {
  if (bytes.length < at + 4) return "needMore";
  const cursor = new ByteCursor(bytes, 4);
  const hasVersion = cursor.uint32() === 0;
  return hasVersion && new ByteCursor(bytes, at).uint32() === PASSWORD_BYTES ? "match" : "noMatch";
}

/**
 * Whether a server may begin so. `sure`: only with what nothing else looks like: a session, the answer to a ping, a notification, an error, a node's
 * data. `known`: with any reply whose header makes sense.
 */
export function probeReply(bytes: Uint8Array, how: "sure" | "known"): ProbeVerdict {
  if ((bytes[0] ?? 0) !== 0) return "noMatch";
  if (bytes.length < 8) return beginsLikeMessage(bytes) ? "needMore" : "noMatch";
  const cursor = new ByteCursor(bytes);
  const length = cursor.uint32();
  const xid = cursor.int32();
  if (xid === 0 && (length === CONNECT_RESPONSE_BYTES || length === CONNECT_RESPONSE_BYTES + 1)) {
    const verdict = probePassword(bytes, RESPONSE_PASSWORD_AT);
    if (verdict !== "noMatch") return verdict;
  }
  if (length < 16 || length > MAX_PROBED_BYTES || xid < LOWEST_XID) return "noMatch";
  if (bytes.length < 20) return "needMore";
  const zxid = cursor.int64();
  const error = cursor.int32();
  if (!isErrorCode(error) || zxid < -1n) return "noMatch";
  if (how === "known" || (xid === Xid.ping && length === 16 && error === 0)) return "match";
  if (error !== 0) return length === 16 && zxid > 0n && xid > 0 ? "match" : "noMatch";
  return xid === Xid.notification && zxid === -1n ? probeEvent(bytes) : probeData(bytes, length);
}

/** What a watch saw: type, state, path. */
function probeEvent(bytes: Uint8Array): ProbeVerdict {
  if (bytes.length < 28) return "needMore";
  const cursor = new ByteCursor(bytes, 20);
  return eventTypeName(cursor.int32()) !== undefined && keeperStateName(cursor.int32()) !== undefined
    ? "match"
    : "noMatch";
}

/** A node's data: behind it exactly a Stat. */
function probeData(bytes: Uint8Array, length: number): ProbeVerdict {
  if (length < REPLY_WITH_DATA_BYTES) return "noMatch";
  if (bytes.length < 24) return "needMore";
  return new ByteCursor(bytes, 20).uint32() === length - REPLY_WITH_DATA_BYTES ? "match" : "noMatch";
}

const REPLY_WITH_DATA_BYTES = 16 + 4 + STAT_BYTES;

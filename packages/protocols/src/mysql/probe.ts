import { decodeLatin1 } from "@weir/base";
import type { ProbeVerdict } from "../contract.ts";
import { COMMANDS, Command } from "./commands.ts";
import { Capability, has, parseGreeting } from "./handshake.ts";
import { HEADER_BYTES, PayloadReader, payloadLength, sequenceOf } from "./wire.ts";

/** Longest packet that is waited for to be sure. */
const MAX_PROBE_BYTES = 8_000;
const MIN_LOGIN_BYTES = 34;
/** Words that statements begin with, behind white space, comments and brackets. */
const STATEMENT =
  /^(?:\s|\/\*[\s\S]{0,500}?\*\/|\(|--[^\n]{0,200}\n)*(?:select|insert|update|delete|replace|set|show|begin|start|commit|rollback|create|drop|alter|use|call|truncate|explain|describe|desc|with|load|lock|unlock|flush|grant|revoke|kill|prepare|execute|deallocate|savepoint|release|analyze|optimize|do|change|handler|xa|values)\b/i;

/** Whether a stream begins with packets of MySQL's protocol, and who sends them. */
export interface MysqlProbe {
  readonly verdict: ProbeVerdict;
  readonly asks: boolean | undefined;
}

/** Looks at the first packet of one direction: a greeting, a login, in the middle of a connection a statement or the head of a result. */
export function probeMysql(bytes: Uint8Array): MysqlProbe {
  if (bytes.length < HEADER_BYTES + 1) return undecided(bytes[3] === undefined || bytes[3] <= 2);
  const length = payloadLength(bytes);
  const sequence = sequenceOf(bytes);
  if (sequence > 2 || length === 0 || length > MAX_PROBE_BYTES) return NO_MATCH;
  const check = checkOf(sequence, bytes[HEADER_BYTES] ?? 0, length);
  if (check === undefined) return NO_MATCH;
  if (bytes.length < HEADER_BYTES + length) return undecided(true);
  return check.fits(bytes, length) ? { verdict: "match", asks: check.asks } : NO_MATCH;
}

const NO_MATCH: MysqlProbe = { verdict: "noMatch", asks: undefined };

function undecided(isOpen: boolean): MysqlProbe {
  return isOpen ? { verdict: "needMore", asks: undefined } : NO_MATCH;
}

interface Check {
  readonly asks: boolean;
  fits(bytes: Uint8Array, length: number): boolean;
}

const GREETING: Check = {
  asks: false,
  fits: (bytes, length) => parseGreeting(bytes.subarray(0, HEADER_BYTES + length)) !== undefined,
};
const REFUSAL: Check = { asks: false, fits: isRefusal };
const STATEMENTS: Check = {
  asks: true,
  fits: isStatement,
};
const EXECUTION: Check = { asks: true, fits: isExecution };
/** A ping comes alone. */
const PING: Check = { asks: true, fits: (bytes) => bytes.length === HEADER_BYTES + 1 };
const LOGIN: Check = { asks: true, fits: isLogin };
const RESULT: Check = { asks: false, fits: isResult };

function checkOf(sequence: number, first: number, length: number): Check | undefined {
  if (sequence === 0) {
    if (first === 10 && length > 40) return GREETING;
    if (first === 0xff) return REFUSAL;
    if (first === Command.query || first === Command.prepare) return length > 4 ? STATEMENTS : undefined;
    if (first === Command.ping) return length === 1 ? PING : undefined;
    return first === Command.execute && length >= 10 ? EXECUTION : undefined;
  }
  if (sequence === 1 && length === 1 && first > 0 && first < 0xfb) return RESULT;
  return length >= MIN_LOGIN_BYTES ? LOGIN : undefined;
}

/** An empty list of query attributes may stand before the text. */
function isStatement(bytes: Uint8Array, length: number): boolean {
  const hasAttributes = bytes[HEADER_BYTES + 1] === 0 && bytes[HEADER_BYTES + 2] === 1;
  const text = decodeLatin1(bytes, HEADER_BYTES + (hasAttributes ? 3 : 1), HEADER_BYTES + Math.min(length, 1_000));
  return STATEMENT.test(text);
}

/** An ERR_Packet instead of a greeting: too many connections, a host that is blocked. */
function isRefusal(bytes: Uint8Array, length: number): boolean {
  const code = (bytes[HEADER_BYTES + 1] ?? 0) | ((bytes[HEADER_BYTES + 2] ?? 0) << 8);
  return code >= 1_000 && code < 5_000 && isPrintable(bytes.subarray(HEADER_BYTES + 3, HEADER_BYTES + length));
}

/** COM_STMT_EXECUTE: a statement's number, a cursor type, and always one iteration. */
function isExecution(bytes: Uint8Array): boolean {
  const reader = new PayloadReader(bytes, HEADER_BYTES + 1);
  const statement = reader.int(4);
  const flags = reader.int(1);
  return statement > 0 && statement < 0x100_0000 && flags <= 15 && reader.int(4) === 1;
}

/** A HandshakeResponse41: reserved bytes are zero (MariaDB uses the last four), and the user is text. Inside TLS it is the second packet. */
function isLogin(bytes: Uint8Array): boolean {
  const reader = new PayloadReader(bytes, HEADER_BYTES);
  const capabilities = reader.int(4);
  if (!has(capabilities, Capability.protocol41)) return false;
  reader.take(5);
  if (reader.take(19).some((byte) => byte !== 0)) return false;
  reader.take(4);
  const user = reader.zeroEndedText();
  return !reader.failed && user.length <= 128 && /^[\x20-\x7e\u00a0-\uffff]*$/.test(user) && !user.includes("\ufffd");
}

/** Number of columns, and the first of them: its catalog is always `def`. */
function isResult(bytes: Uint8Array): boolean {
  const [length = 0, text = ""] = [bytes[9], decodeLatin1(bytes, 10, 13)];
  return bytes[8] === 2 && length === 3 && text === "def";
}

function isPrintable(bytes: Uint8Array): boolean {
  return bytes.length > 3 && bytes.every((byte) => byte >= 0x20 && byte !== 0x7f);
}

/** Whether a packet behind a hole begins a command: what is known to be MySQL needs less proof. */
export function resumesCommand(bytes: Uint8Array): ProbeVerdict {
  if (bytes.length < HEADER_BYTES + 1) return "needMore";
  const length = payloadLength(bytes);
  if (length === 0 || length > MAX_PROBE_BYTES) return "noMatch";
  if (bytes.length < HEADER_BYTES + length) return "needMore";
  const isCommand = sequenceOf(bytes) === 0 && COMMANDS[bytes[HEADER_BYTES] ?? 0] !== undefined;
  return isCommand || beginsLogin(bytes) ? "match" : "noMatch";
}

/** True for a packet that a client logs in with. */
export function beginsLogin(bytes: Uint8Array): boolean {
  const sequence = sequenceOf(bytes);
  return (sequence === 1 || sequence === 2) && payloadLength(bytes) >= MIN_LOGIN_BYTES && isLogin(bytes);
}

/** Whether a packet behind a hole begins an answer, or is a greeting. */
export function resumesAnswer(bytes: Uint8Array): ProbeVerdict {
  if (bytes.length < HEADER_BYTES + 1) return "needMore";
  const length = payloadLength(bytes);
  const first = bytes[HEADER_BYTES] ?? 0;
  if (length <= MAX_PROBE_BYTES && bytes.length < HEADER_BYTES + length) return "needMore";
  if (sequenceOf(bytes) === 0 && first === 10) return probeMysql(bytes).verdict;
  if (sequenceOf(bytes) !== 1 || length === 0 || length > MAX_PROBE_BYTES) return "noMatch";
  if (first === 0) return length >= 7 ? "match" : "noMatch";
  if (first === 0xff) return length > 8 && bytes[HEADER_BYTES + 3] === 0x23 ? "match" : "noMatch";
  return length <= 2 ? "match" : "noMatch";
}

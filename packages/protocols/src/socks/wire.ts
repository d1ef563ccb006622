import { decodeLatin1, formatEndpoint, formatIpv4, formatIpv6 } from "@weir/base";
import type { CallStatus } from "@weir/model";

export const VERSION_4 = 4;
export const VERSION_5 = 5;
/** Longest message: a name, a user and a password of 255 bytes each. */
export const MAX_MESSAGE_BYTES = 1_024;
/** Methods of authentication that are read (RFC 1928 §3), and the answer that none is taken. */
export const Method = { none: 0, gssapi: 1, password: 2, notAcceptable: 0xff } as const;
const METHOD_NAMES: ReadonlyMap<number, string> = new Map([
  [Method.none, "none"],
  [Method.gssapi, "gssapi"],
  [Method.password, "username/password"],
]);
/** Commands (RFC 1928 §4). */
export const Command = { connect: 1, bind: 2, udpAssociate: 3 } as const;
const COMMANDS: ReadonlyMap<number, string> = new Map([
  [Command.connect, "CONNECT"],
  [Command.bind, "BIND"],
  [Command.udpAssociate, "UDP ASSOCIATE"],
]);

type Answer = readonly [string, CallStatus];
/** Replies of version 5 (RFC 1928 §6), and of version 4. */
const REPLIES: readonly Answer[] = [
  ["succeeded", "ok"],
  ["general SOCKS server failure", "serverError"],
  ["connection not allowed by ruleset", "clientError"],
  ["Network unreachable", "serverError"],
  ["Host unreachable", "serverError"],
  ["Connection refused", "serverError"],
  ["TTL expired", "serverError"],
  ["Command not supported", "clientError"],
  ["Address type not supported", "clientError"],
];
const REPLIES_4: ReadonlyMap<number, Answer> = new Map([
  [90, ["request granted", "ok"]],
  [91, ["request rejected or failed", "serverError"]],
  [92, ["identd unreachable", "clientError"]],
  [93, ["identd names another user", "clientError"]],
]);

/** What a client asks for: `host:port`. */
export interface SocksRequest {
  readonly version: number;
  readonly command: number;
  readonly target: string;
}

/** A message that was read, and how long it is. */
export interface Read<Value> {
  readonly value: Value;
  readonly length: number;
}

/** `needMore` while a message may still become one; undefined where it cannot. */
export type Reading<Value> = Read<Value> | "needMore" | undefined;

export function methodName(method: number): string {
  return METHOD_NAMES.get(method) ?? String(method);
}

export function commandName(command: number): string {
  return COMMANDS.get(command) ?? String(command);
}

export function answerOf(version: number, reply: number): { readonly statusCode: string; readonly status: CallStatus } {
  const answer = version === VERSION_4 ? REPLIES_4.get(reply) : REPLIES[reply];
  const [statusCode, status] = answer ?? [String(reply), "serverError"];
  return { statusCode, status };
}

/** A client's methods (RFC 1928 §3). */
export function readGreeting(bytes: Uint8Array): Reading<readonly number[]> {
  const [version, count] = bytes;
  if (version !== VERSION_5) return version === undefined ? "needMore" : undefined;
  if (count === undefined) return "needMore";
  const methods = [...bytes.subarray(2, 2 + count)];
  // Methods are assigned up to 9, or private from 128 on; nobody names one twice.
  const areMethods = methods.every((method) => method <= 9 || (method >= 0x80 && method < 0xff));
  if (count === 0 || !areMethods || new Set(methods).size < methods.length) return undefined;
  return methods.length < count ? "needMore" : { value: methods, length: 2 + count };
}

/** Name and password (RFC 1929 §2): only how long they are. */
export function readPassword(bytes: Uint8Array): Reading<undefined> {
  if (bytes[0] !== undefined && bytes[0] !== 1) return undefined;
  const nameBytes = bytes[1];
  const passwordBytes = nameBytes === undefined ? undefined : bytes[2 + nameBytes];
  if (nameBytes === undefined || passwordBytes === undefined) return "needMore";
  const length = 3 + nameBytes + passwordBytes;
  return bytes.length < length ? "needMore" : { value: undefined, length };
}

/** A request or a reply of version 5: version, command or reply, zero, address (RFC 1928 §4, §6). */
export function readAddressed(bytes: Uint8Array): Reading<{ readonly code: number; readonly address: string }> {
  const [version, code, reserved, type] = bytes;
  if (version !== undefined && version !== VERSION_5) return undefined;
  if (reserved !== undefined && reserved !== 0) return undefined;
  if (code === undefined || type === undefined) return "needMore";
  const nameBytes = bytes[4] ?? 0;
  const sizes: Readonly<Record<number, number>> = { 1: 4, 3: 1 + nameBytes, 4: 16 };
  const size = sizes[type];
  if (size === undefined) return undefined;
  const length = 4 + size + 2;
  if (bytes.length < 5 || bytes.length < length) return "needMore";
  const host = hostOf(bytes.subarray(4, 4 + size), type);
  return { value: { code, address: formatEndpoint(host, portAt(bytes, 4 + size)) }, length };
}

/** A request of version 4, or 4A with a name behind an address that cannot be one. */
export function readRequest4(bytes: Uint8Array): Reading<SocksRequest> {
  const [version, command, , , first, second, third, fourth] = bytes;
  if (version !== undefined && version !== VERSION_4) return undefined;
  if (command !== undefined && command !== Command.connect && command !== Command.bind) return undefined;
  if (command === undefined || fourth === undefined) return "needMore";
  const userEnd = textEnd(bytes, 8);
  if (typeof userEnd !== "number") return userEnd;
  const port = portAt(bytes, 2);
  const hasName = first === 0 && second === 0 && third === 0 && fourth !== 0;
  const version4 = { version: VERSION_4, command };
  if (!hasName)
    return { value: { ...version4, target: formatEndpoint(formatIpv4(bytes, 4), port) }, length: userEnd + 1 };
  const nameEnd = textEnd(bytes, userEnd + 1);
  if (typeof nameEnd !== "number") return nameEnd;
  const name = decodeLatin1(bytes, userEnd + 1, nameEnd);
  return name === "" ? undefined : { value: { ...version4, target: formatEndpoint(name, port) }, length: nameEnd + 1 };
}

/** Where a text ends with a zero; printable up to there. */
function textEnd(bytes: Uint8Array, from: number): number | "needMore" | undefined {
  for (let at = from; at < Math.min(bytes.length, from + 256); at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === 0) return at;
    if (byte < 0x20 || byte > 0x7e) return undefined;
  }
  return bytes.length - from >= 256 ? undefined : "needMore";
}

function hostOf(bytes: Uint8Array, type: number): string {
  if (type === 1) return formatIpv4(bytes);
  return type === 4 ? formatIpv6(bytes) : decodeLatin1(bytes.subarray(1));
}

function portAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

import { decodeUtf8 } from "@weir/base";
import type { CallStatus } from "@weir/model";
import type { ProbeVerdict } from "../contract.ts";

export const HEADER_BYTES = 24;
/** Header, extras and the longest key. */
export const KEPT_BYTES = 320;
/** Values are at most a gigabyte long (`-I`). */
export const MAX_BYTES = (1 << 30) + KEPT_BYTES;
const Magic = { request: 0x80, response: 0x81 } as const;
const MAX_KEY_BYTES = 250;

/** An operation of the binary protocol: its name, and how many extras its request has (undefined where that varies). */
interface Operation {
  readonly name: string;
  readonly extras: number | undefined;
  /** Answered only where there is something to tell: a hit, or an error. */
  readonly isQuiet: boolean;
  readonly isRetrieval: boolean;
  /** Its request brings a value. */
  readonly isStoring: boolean;
}

const NAMES: Readonly<Record<number, readonly [name: string, extras?: number]>> = {
  0: ["get", 0],
  1: ["set", 8],
  2: ["add", 8],
  3: ["replace", 8],
  4: ["delete", 0],
  5: ["increment", 20],
  6: ["decrement", 20],
  7: ["quit", 0],
  8: ["flush"],
  9: ["getq", 0],
  10: ["noop", 0],
  11: ["version", 0],
  12: ["getk", 0],
  13: ["getkq", 0],
  14: ["append", 0],
  15: ["prepend", 0],
  16: ["stat", 0],
  17: ["setq", 8],
  18: ["addq", 8],
  19: ["replaceq", 8],
  20: ["deleteq", 0],
  21: ["incrementq", 20],
  22: ["decrementq", 20],
  23: ["quitq", 0],
  24: ["flushq"],
  25: ["appendq", 0],
  26: ["prependq", 0],
  27: ["verbosity", 4],
  28: ["touch", 4],
  29: ["gat", 4],
  30: ["gatq", 4],
  31: ["hello", 0],
  32: ["sasl_list_mechs", 0],
  33: ["sasl_auth", 0],
  34: ["sasl_step", 0],
  35: ["gatk", 4],
  36: ["gatkq", 4],
};

const OPERATIONS: readonly (Operation | undefined)[] = Array.from({ length: 37 }, (_, opcode) => {
  const [name, extras] = NAMES[opcode] ?? [];
  if (name === undefined) return undefined;
  const isRetrieval = /^(?:get|gat)/.test(name);
  const isStoring = /^(?:set|add|replace|append|prepend)/.test(name);
  return { name, extras, isQuiet: name.endsWith("q"), isRetrieval, isStoring };
});

const STATUSES: Readonly<Record<number, string>> = {
  0: "SUCCESS",
  1: "KEY_ENOENT",
  2: "KEY_EEXISTS",
  3: "E2BIG",
  4: "EINVAL",
  5: "NOT_STORED",
  6: "DELTA_BADVAL",
  7: "NOT_MY_VBUCKET",
  8: "AUTH_ERROR",
  9: "AUTH_CONTINUE",
  32: "AUTH_ERROR",
  33: "AUTH_CONTINUE",
  129: "UNKNOWN_COMMAND",
  130: "ENOMEM",
  131: "NOT_SUPPORTED",
  132: "EINTERNAL",
  133: "EBUSY",
  134: "ETMPFAIL",
};
const FINE: ReadonlySet<number> = new Set([0, 1, 2, 5, 9, 0x21]);
const SERVERS_FAULT: ReadonlySet<number> = new Set([7, 0x82, 0x84, 0x85, 0x86]);

/** A packet of the binary protocol. */
export interface BinaryPacket {
  readonly isResponse: boolean;
  readonly opcode: number;
  readonly operation: Operation | undefined;
  readonly key: string;
  readonly status: number;
  readonly opaque: number;
  readonly valueBytes: number;
}

/** Name of a status; the number where it has none. */
export function statusName(status: number): string {
  return STATUSES[status] ?? `0x${status.toString(16).padStart(4, "0")}`;
}

/** That a key is not there, is there already, or has changed, is what a cache tells, no failure. */
export function statusOf(status: number): CallStatus {
  if (FINE.has(status)) return "ok";
  return SERVERS_FAULT.has(status) ? "serverError" : "clientError";
}

/** Length of the packet that begins here; undefined where none does. */
export function packetBytes(bytes: Uint8Array): number | undefined {
  if (bytes[0] !== Magic.request && bytes[0] !== Magic.response) return undefined;
  const body = uint32(bytes, 8);
  return uint16(bytes, 2) + (bytes[4] ?? 0) <= body ? HEADER_BYTES + body : undefined;
}

export function parsePacket(bytes: Uint8Array): BinaryPacket {
  const isResponse = bytes[0] === Magic.response;
  const opcode = bytes[1] ?? 0;
  const keyBytes = uint16(bytes, 2);
  const extras = bytes[4] ?? 0;
  const keyAt = HEADER_BYTES + extras;
  return {
    isResponse,
    opcode,
    operation: OPERATIONS[opcode],
    key: decodeUtf8(bytes.subarray(keyAt, keyAt + Math.min(keyBytes, MAX_KEY_BYTES))),
    status: isResponse ? uint16(bytes, 6) : 0,
    opaque: uint32(bytes, 12),
    valueBytes: Math.max(0, uint32(bytes, 8) - keyBytes - extras),
  };
}

/** Whether a packet begins here that keeps to all that is written of its operation. */
export function beginsPacket(bytes: Uint8Array): ProbeVerdict {
  const magic = bytes[0];
  if (magic !== Magic.request && magic !== Magic.response) return magic === undefined ? "needMore" : "noMatch";
  if (bytes.length < HEADER_BYTES)
    return bytes.length > 1 && OPERATIONS[bytes[1] ?? 0] === undefined ? "noMatch" : "needMore";
  const operation = OPERATIONS[bytes[1] ?? 0];
  const length = packetBytes(bytes);
  if (operation === undefined || length === undefined || length > MAX_BYTES) return "noMatch";
  if (bytes[5] !== 0 || uint16(bytes, 2) > MAX_KEY_BYTES) return "noMatch";
  if (magic === Magic.response) return STATUSES[uint16(bytes, 6)] === undefined ? "noMatch" : "match";
  return isPlausible(operation, bytes) ? "match" : "noMatch";
}

/** A request has the extras that its operation asks for, and a value only where it stores one. */
function isPlausible({ extras, isStoring, name }: Operation, bytes: Uint8Array): boolean {
  const hasExtras = extras === undefined ? (bytes[4] ?? 0) <= 4 : bytes[4] === extras;
  const mayHaveValue = isStoring || name === "hello" || name.startsWith("sasl");
  return hasExtras && (mayHaveValue || uint32(bytes, 8) === (bytes[4] ?? 0) + uint16(bytes, 2));
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);
}

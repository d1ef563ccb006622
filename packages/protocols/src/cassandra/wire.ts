import type { ProbeVerdict } from "../contract.ts";

/** Version, flags, stream, opcode, length; in versions 1 and 2 the stream is one byte. */
export const HEADER_BYTES = 9;
const OLD_HEADER_BYTES = 8;
/** Longest frame (§2.2 of the specifications). */
export const MAX_FRAME_BYTES = (256 << 20) + HEADER_BYTES;
/** Beginning of a frame that is kept: statements and what tells of rows stand there. */
export const KEPT_BYTES = 16 << 10;
/** First version whose frames stand in segments once the connection is set up. */
export const SEGMENTED_VERSION = 5;
const MAX_VERSION = 6;

export const Flag = { compression: 1, tracing: 2, customPayload: 4, warning: 8 } as const;
export const Opcode = {
  error: 0,
  startup: 1,
  ready: 2,
  authenticate: 3,
  credentials: 4,
  options: 5,
  supported: 6,
  query: 7,
  result: 8,
  prepare: 9,
  execute: 10,
  register: 11,
  event: 12,
  batch: 13,
  authChallenge: 14,
  authResponse: 15,
  authSuccess: 16,
} as const;

const NAMES = [
  "ERROR",
  "STARTUP",
  "READY",
  "AUTHENTICATE",
  "CREDENTIALS",
  "OPTIONS",
  "SUPPORTED",
  "QUERY",
  "RESULT",
  "PREPARE",
  "EXECUTE",
  "REGISTER",
  "EVENT",
  "BATCH",
  "AUTH_CHALLENGE",
  "AUTH_RESPONSE",
  "AUTH_SUCCESS",
] as const;
const REQUESTS: ReadonlySet<number> = new Set([1, 4, 5, 7, 9, 10, 11, 13, 15]);

/** What a frame's header says. */
export interface Header {
  readonly version: number;
  readonly isResponse: boolean;
  readonly flags: number;
  readonly stream: number;
  readonly opcode: number;
  readonly bodyAt: number;
}

export function opcodeName(opcode: number): string {
  return NAMES[opcode] ?? `opcode ${opcode}`;
}

/** Length of the frame that begins here; undefined where none does. */
export function frameBytes(bytes: Uint8Array): number | undefined {
  const version = (bytes[0] ?? 0) & 0x7f;
  if (version === 0 || version > MAX_VERSION) return undefined;
  const headerBytes = version < 3 ? OLD_HEADER_BYTES : HEADER_BYTES;
  if ((bytes[headerBytes - 5] ?? 0xff) >= NAMES.length) return undefined;
  return headerBytes + uint32(bytes, headerBytes - 4);
}

export function parseHeader(bytes: Uint8Array): Header {
  const version = (bytes[0] ?? 0) & 0x7f;
  const bodyAt = version < 3 ? OLD_HEADER_BYTES : HEADER_BYTES;
  const stream = version < 3 ? ((bytes[2] ?? 0) << 24) >> 24 : (((bytes[2] ?? 0) << 24) >> 16) | (bytes[3] ?? 0);
  return {
    version,
    isResponse: ((bytes[0] ?? 0) & 0x80) !== 0,
    flags: bytes[1] ?? 0,
    stream,
    opcode: bytes[bodyAt - 5] ?? 0,
    bodyAt,
  };
}

/** Whether a frame begins here that keeps to its opcode's form, as far as the bytes reach. */
export function beginsFrame(bytes: Uint8Array): ProbeVerdict {
  const version = (bytes[0] ?? 0) & 0x7f;
  if (version === 0 || version > MAX_VERSION || (bytes[1] ?? 0) > 0x1f) return "noMatch";
  if (bytes.length < HEADER_BYTES) return "needMore";
  const length = frameBytes(bytes);
  const { isResponse, opcode, flags, bodyAt } = parseHeader(bytes);
  if (length === undefined || length > MAX_FRAME_BYTES || REQUESTS.has(opcode) === isResponse) return "noMatch";
  const bodyBytes = length - bodyAt;
  if (opcode === Opcode.options) return bodyBytes === 0 ? "match" : "noMatch";
  if (opcode === Opcode.ready) return bodyBytes === 0 || flags !== 0 ? "match" : "noMatch";
  // Nothing is agreed on yet: only the flag for versions to come may stand here.
  if (opcode === Opcode.startup && (flags & 0x0f) !== 0) return "noMatch";
  // What is compressed, or has something in front, cannot be looked at: its header must do.
  if (flags !== 0) return bodyBytes > 1 ? "match" : "noMatch";
  if (bytes.length < bodyAt + Math.min(8, bodyBytes)) return "needMore";
  return hasForm(opcode, bytes.subarray(bodyAt), bodyBytes) ? "match" : "noMatch";
}

function hasForm(opcode: number, body: Uint8Array, length: number): boolean {
  switch (opcode) {
    case Opcode.query:
    case Opcode.prepare:
      return uint32(body, 0) > 0 && 4 + uint32(body, 0) <= length && isPrintable(body[4]) && isPrintable(body[5]);
    case Opcode.execute:
      return uint16(body, 0) > 0 && 2 + uint16(body, 0) <= length;
    case Opcode.batch:
      return (body[0] ?? 9) <= 2 && uint16(body, 1) > 0 && (body[3] ?? 9) <= 1 && length > 8;
    case Opcode.result:
      return uint32(body, 0) >= 1 && uint32(body, 0) <= 5;
    case Opcode.error:
      return uint16(body, 0) === 0 && 6 + uint16(body, 4) <= length && uint16(body, 4) > 0;
    case Opcode.startup:
    case Opcode.supported:
    case Opcode.register:
      return uint16(body, 0) > 0 && isName(body, 2, length);
    case Opcode.authenticate:
    case Opcode.event:
      return isName(body, 0, length);
    default:
      return length >= 4 && 4 + uint32(body, 0) <= length;
  }
}

/** A short string that begins with a letter. */
function isName(body: Uint8Array, at: number, length: number): boolean {
  const bytes = uint16(body, at);
  return bytes > 0 && at + 2 + bytes <= length && isPrintable(body[at + 2]);
}

/** Absent bytes may yet be printable. */
function isPrintable(byte: number | undefined): boolean {
  return byte === undefined || (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);
}

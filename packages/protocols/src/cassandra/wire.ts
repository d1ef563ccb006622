/** Version, flags, stream, opcode, length; in versions 1 and 2 the stream is one byte. */
export const HEADER_BYTES = 9;
const OLD_HEADER_BYTES = 8;
/** Longest frame (§2.2 of the specifications). */
export const MAX_FRAME_BYTES = (256 << 20) + HEADER_BYTES;
/** Beginning of a frame that is kept: statements and what tells of rows stand there. */
export const KEPT_BYTES = 16 << 10;
/** First version whose frames stand in segments once the connection is set up. */
export const SEGMENTED_VERSION = 5;
export const MAX_VERSION = 6;

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
export const REQUESTS: ReadonlySet<number> = new Set([1, 4, 5, 7, 9, 10, 11, 13, 15]);

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

export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x10000 + uint16(bytes, at + 2);
}

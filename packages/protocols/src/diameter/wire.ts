import type { FrameShape } from "../common/frame-reader.ts";
import type { ProbeVerdict } from "../contract.ts";

/** Version, length, flags, command code, application id, hop-by-hop and end-to-end identifiers (RFC 6733 §3). */
export const HEADER_BYTES = 20;
/** Bytes of a message that are kept: the AVPs that are read stand at its beginning. */
export const KEPT_BYTES = 8 << 10;
/** Longest message that is believed. */
const MAX_BYTES = 1 << 20;
const VERSION = 1;
/** Lower bits of the flags are reserved and zero. */
const RESERVED_FLAGS = 0x0f;
/** AVPs that are looked at in one message. */
const MAX_AVPS = 512;

export const Flag = { request: 0x80, proxiable: 0x40, error: 0x20, retransmitted: 0x10 } as const;

/** AVPs that are read (RFC 6733 §4.5, RFC 4006 §8). */
export const Avp = {
  sessionId: 263,
  originHost: 264,
  resultCode: 268,
  errorMessage: 281,
  destinationRealm: 283,
  originRealm: 296,
  experimentalResult: 297,
  experimentalResultCode: 298,
  ccRequestType: 416,
} as const;
const READ: ReadonlySet<number> = new Set(Object.values(Avp));

/** How Diameter's messages lie in a stream. */
export const DIAMETER_FRAMES: FrameShape = {
  headerBytes: 8,
  lengthOf(bytes) {
    const length = uint24(bytes, 1);
    const isHeader = bytes[0] === VERSION && ((bytes[4] ?? 0) & RESERVED_FLAGS) === 0;
    return isHeader && length >= HEADER_BYTES && length % 4 === 0 ? length : undefined;
  },
  maxBytes: MAX_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: looksLikeMessage,
};

/** One message, as far as it is read. */
export interface DiameterMessage {
  readonly flags: number;
  readonly commandCode: number;
  readonly applicationId: number;
  readonly hopByHopId: number;
  /** Values of the AVPs that are read, the first of each. */
  readonly avps: ReadonlyMap<number, Uint8Array>;
}

/** Reads a message from its kept beginning; at least a header's bytes are there. */
export function parseMessage(bytes: Uint8Array): DiameterMessage {
  const avps = new Map<number, Uint8Array>();
  readAvps(bytes, HEADER_BYTES, bytes.length, avps);
  const grouped = avps.get(Avp.experimentalResult);
  if (grouped !== undefined) readAvps(grouped, 0, grouped.length, avps);
  return {
    flags: bytes[4] ?? 0,
    commandCode: uint24(bytes, 5),
    applicationId: uint32(bytes, 8),
    hopByHopId: uint32(bytes, 12),
    avps,
  };
}

/** Code, flags, length (of the whole AVP), perhaps a vendor, value, padding to four bytes (RFC 6733 §4.1). */
function readAvps(bytes: Uint8Array, from: number, end: number, avps: Map<number, Uint8Array>): void {
  let at = from;
  for (let count = 0; count < MAX_AVPS && at + 8 <= end; count += 1) {
    const code = uint32(bytes, at);
    const hasVendor = ((bytes[at + 4] ?? 0) & 0x80) !== 0;
    const length = uint24(bytes, at + 5);
    const valueAt = at + (hasVendor ? 12 : 8);
    if (length < valueAt - at || at + length > end) return;
    if (!hasVendor && READ.has(code) && !avps.has(code)) avps.set(code, bytes.subarray(valueAt, at + length));
    at += (length + 3) & ~3;
  }
}

/** Strict: a header whose first AVP is one of Diameter's own and fits. */
export function looksLikeMessage(bytes: Uint8Array): ProbeVerdict {
  if (bytes[0] !== VERSION) return "noMatch";
  if (bytes.length < HEADER_BYTES + 8) return "needMore";
  const length = uint24(bytes, 1);
  if (((bytes[4] ?? 0) & RESERVED_FLAGS) !== 0 || length < HEADER_BYTES + 8 || length % 4 !== 0) return "noMatch";
  const avpCode = uint32(bytes, HEADER_BYTES);
  const avpLength = uint24(bytes, HEADER_BYTES + 5);
  const avpFlags = bytes[HEADER_BYTES + 4] ?? 0;
  const isOwn = avpCode > 0 && avpCode < 1_100 && (avpFlags & 0x1f) === 0;
  const commandCode = uint24(bytes, 5);
  return isOwn && commandCode >= 256 && avpLength >= 8 && avpLength <= length - HEADER_BYTES ? "match" : "noMatch";
}

export function uint32(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) * 0x1000000 + uint24(bytes, at + 1);
}

function uint24(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
}

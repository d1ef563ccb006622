import { type LongType, type QuicVersion, versionOf } from "./versions.ts";

/** RFC 9000 §17.2: connection ids of the versions that are known are not longer. */
export const MAX_CONNECTION_ID_BYTES = 20;
/** Bit of the first byte that tells long headers from short ones (RFC 8999 §5). */
export const LONG = 0x80;
/** RFC 9000 §17.2: the fixed bit. */
export const FIXED = 0x40;
/** First byte, version, and the lengths of both connection ids. */
const MIN_LONG_BYTES = 7;
/** RFC 9001 §5.8: length of the tag behind a Retry packet. */
const RETRY_TAG_BYTES = 16;
const NOTHING = new Uint8Array(0);

/** A packet with a long header (RFC 9000 §17.2), as far as it is in the clear. All bytes are borrowed. */
export interface LongPacket {
  readonly type: LongType;
  readonly versionNumber: number;
  readonly version: QuicVersion;
  readonly destinationId: Uint8Array;
  readonly sourceId: Uint8Array;
  /** Of an Initial or Retry packet; empty where there is none. */
  readonly token: Uint8Array;
  /** The whole packet, from its first byte to its end. */
  readonly bytes: Uint8Array;
  /** Where its packet number begins, counted from its first byte; 0 in a Retry packet. */
  readonly numberAt: number;
}

/** What all versions of QUIC have in common (RFC 8999 §5.1). */
export interface Invariants {
  readonly version: number;
  readonly destinationId: Uint8Array;
  readonly sourceId: Uint8Array;
  /** Where the rest begins. */
  readonly end: number;
}

/** A number and where what follows it begins. */
export interface Varint {
  readonly value: number;
  readonly end: number;
}

/** Reads a variable-length integer (RFC 9000 §16); undefined where it is cut off. Values above 2^53 lose their last digits. */
export function readVarint(bytes: Uint8Array, at: number): Varint | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  const end = at + (1 << (first >>> 6));
  if (end > bytes.length) return undefined;
  let value = first & 0x3f;
  for (let index = at + 1; index < end; index += 1) value = value * 256 + (bytes[index] ?? 0);
  return { value, end };
}

/** Reads what long headers of all versions begin with; undefined where it does not fit. */
export function readInvariants(bytes: Uint8Array): Invariants | undefined {
  if (bytes.length < MIN_LONG_BYTES || ((bytes[0] ?? 0) & LONG) === 0) return undefined;
  const destinationAt = 6;
  const destinationEnd = destinationAt + (bytes[5] ?? 0);
  const sourceAt = destinationEnd + 1;
  const sourceEnd = sourceAt + (bytes[destinationEnd] ?? 0);
  if (sourceAt > bytes.length || sourceEnd > bytes.length) return undefined;
  return {
    version: versionNumberOf(bytes),
    destinationId: bytes.subarray(destinationAt, destinationEnd),
    sourceId: bytes.subarray(sourceAt, sourceEnd),
    end: sourceEnd,
  };
}

/** The version of a packet with a long header. */
export function versionNumberOf(bytes: Uint8Array): number {
  return (((bytes[1] ?? 0) << 24) | ((bytes[2] ?? 0) << 16) | ((bytes[3] ?? 0) << 8) | (bytes[4] ?? 0)) >>> 0;
}

/** Reads the packet with a long header that `bytes` begin with, of a version that is known; undefined where there is none. */
export function readLongPacket(bytes: Uint8Array): LongPacket | undefined {
  const known = versionOf(versionNumberOf(bytes));
  if (known === undefined) return undefined;
  const head = readInvariants(bytes);
  if (head === undefined || head.destinationId.length > MAX_CONNECTION_ID_BYTES) return undefined;
  if (head.sourceId.length > MAX_CONNECTION_ID_BYTES) return undefined;
  const type = known.types[(((bytes[0] ?? 0) >>> 4) & 3) as 0 | 1 | 2 | 3];
  const { destinationId, sourceId, end } = head;
  const about = { type, versionNumber: head.version, version: known, destinationId, sourceId };
  if (type === "retry") {
    const tokenEnd = bytes.length - RETRY_TAG_BYTES;
    return tokenEnd <= end ? undefined : { ...about, token: bytes.subarray(end, tokenEnd), bytes, numberAt: 0 };
  }
  const token = type === "initial" ? readVarint(bytes, end) : { value: 0, end };
  if (token === undefined || token.value > bytes.length - token.end) return undefined;
  const lengthAt = token.end + token.value;
  const length = readVarint(bytes, lengthAt);
  if (length === undefined || length.value === 0 || length.value > bytes.length - length.end) return undefined;
  return {
    ...about,
    token: token.value === 0 ? NOTHING : bytes.subarray(token.end, lengthAt),
    bytes: bytes.subarray(0, length.end + length.value),
    numberAt: length.end,
  };
}

/** Versions that a Version Negotiation packet offers (RFC 8999 §6), at most `max` of them. */
export function readOfferedVersions(bytes: Uint8Array, from: number, max: number): number[] {
  const versions: number[] = [];
  for (let at = from; at + 4 <= bytes.length && versions.length < max; at += 4)
    versions.push(versionNumberOf(bytes.subarray(at - 1)));
  return versions;
}

/** Whether two connection ids are the same. */
export function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at += 1) if (left[at] !== right[at]) return false;
  return true;
}

import type { FrameShape } from "../common/frame-reader.ts";
import type { ProbeVerdict } from "../contract.ts";

/** Type and length in front of a message (RFC 1002 §4.3.1; over port 445 only messages, with three bytes of length: MS-SMB2 §2.1). */
export const FRAME_HEADER_BYTES = 4;
/** Beginning of a message that is kept: what a compound holds behind 64 KB of data. */
const KEPT_BYTES = 80 << 10;
/** Longest message that is believed: reads and writes have up to 8 MB. */
const MAX_MESSAGE_BYTES = 16 << 20;
const MAX_SESSION_BYTES = 512;

/** Packet types of NetBIOS's session service. */
export const FrameType = { message: 0x00, sessionRequest: 0x81, keepAlive: 0x85 } as const;

/** First byte of a message: versions 2 and 3, encrypted, compressed, version 1; `SMB` follows. */
export const Protocol = { smb2: 0xfe, transform: 0xfd, compression: 0xfc, smb1: 0xff } as const;
const PROTOCOLS: ReadonlySet<number> = new Set(Object.values(Protocol));
/** Shortest message: the header of version 1. */
const MIN_MESSAGE_BYTES = 32;
/** A session request has two names of 34 bytes, each of which begins with its length. */
const SESSION_REQUEST = [FrameType.sessionRequest, 0, 0, 68, 32] as const;
const MAGIC = [0x53, 0x4d, 0x42] as const;

/** Frames of one direction. */
export const FRAMES: FrameShape = {
  headerBytes: FRAME_HEADER_BYTES,
  lengthOf(bytes) {
    const type = bytes[0] ?? 0;
    const length = lengthOf(bytes);
    if (type === FrameType.message) return FRAME_HEADER_BYTES + length;
    const isSession = type >= FrameType.sessionRequest && type <= FrameType.keepAlive && length <= MAX_SESSION_BYTES;
    return isSession ? FRAME_HEADER_BYTES + length : undefined;
  },
  maxBytes: MAX_MESSAGE_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: beginsFrame,
};

/** What both directions hold at most. */
export const BUFFERED_BYTES = 2 * KEPT_BYTES;

/** Whether a frame with a message begins here, or a request for a session in which messages follow. */
export function beginsFrame(bytes: Uint8Array): ProbeVerdict {
  if (bytes[0] === FrameType.sessionRequest) return beginsWith(bytes, SESSION_REQUEST, 0);
  if (bytes[0] !== FrameType.message) return bytes.length === 0 ? "needMore" : "noMatch";
  const protocol = bytes[FRAME_HEADER_BYTES];
  if (protocol === undefined) return "needMore";
  const length = lengthOf(bytes);
  if (!PROTOCOLS.has(protocol) || length < MIN_MESSAGE_BYTES || length > MAX_MESSAGE_BYTES) return "noMatch";
  return beginsWith(bytes, MAGIC, FRAME_HEADER_BYTES + 1);
}

function beginsWith(bytes: Uint8Array, expected: readonly number[], at: number): ProbeVerdict {
  const have = Math.min(expected.length, bytes.length - at);
  for (let index = 0; index < have; index += 1) if (bytes[at + index] !== expected[index]) return "noMatch";
  return have < expected.length ? "needMore" : "match";
}

function lengthOf(bytes: Uint8Array): number {
  return ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
}

import type { FrameShape } from "../common/frame-reader.ts";
import type { ProbeVerdict } from "../contract.ts";
import { programOf } from "./programs.ts";
import { MIN_CALL_BYTES, MIN_REPLY_BYTES, parseRpc } from "./rpc.ts";

/** A fragment's mark: its length, and a bit for the last one of a record (RFC 5531 §11). */
export const MARK_BYTES = 4;
const LAST_FRAGMENT = 0x80;
/** Beginning of a fragment that is kept: arguments with their names, results with their status. */
export const KEPT_BYTES = 4_096;
/** Longest fragment that is believed: servers read and write a megabyte at once, some four. */
const MAX_FRAGMENT_BYTES = 16 << 20;
/** What must be there of a message to be known. */
const LOOKED_AT_BYTES = 24;
const REPLY = 1;

/** Fragments of one direction over TCP. */
export const FRAGMENTS: FrameShape = {
  headerBytes: MARK_BYTES,
  lengthOf: (bytes) => MARK_BYTES + fragmentLength(bytes),
  maxBytes: MAX_FRAGMENT_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: (bytes) => beginsRecord(bytes, true),
};

/** True of the last fragment of a record. */
export function isLastFragment(bytes: Uint8Array): boolean {
  return ((bytes[0] ?? 0) & LAST_FRAGMENT) !== 0;
}

/** Whether a record begins here: a call to a program that is known, or (`orReply`) a reply, which has little to be known by. */
export function beginsRecord(bytes: Uint8Array, orReply = false): ProbeVerdict {
  if (bytes.length >= MARK_BYTES) {
    const length = fragmentLength(bytes);
    if (length < MIN_REPLY_BYTES || length > MAX_FRAGMENT_BYTES) return "noMatch";
  }
  // The type is 0 or 1: most of what is something else is told apart here.
  if (
    bytes.length >= MARK_BYTES + 8 &&
    (bytes[8] !== 0 || bytes[9] !== 0 || bytes[10] !== 0 || (bytes[11] ?? 0) > REPLY)
  )
    return "noMatch";
  if (bytes.length < MARK_BYTES + LOOKED_AT_BYTES) return "needMore";
  const message = bytes.subarray(MARK_BYTES);
  if (isCall(message)) return "match";
  return orReply && parseRpc(message)?.kind === "reply" ? "match" : "noMatch";
}

/** Whether a message calls a procedure that exists; a cut one is enough. */
export function isCall(message: Uint8Array): boolean {
  if (message.length < LOOKED_AT_BYTES) return false;
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  if (view.getUint32(4) !== 0 || view.getUint32(8) !== 2) return false;
  const program = programOf(view.getUint32(12));
  const version = view.getUint32(16);
  if (program?.versions.includes(version) !== true) return false;
  const isKnown = program.procedure(version, view.getUint32(20)) !== undefined;
  return isKnown && (message.length < MIN_CALL_BYTES || parseRpc(message) !== undefined);
}

function fragmentLength(bytes: Uint8Array): number {
  return (((bytes[0] ?? 0) & 0x7f) << 24) | ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
}

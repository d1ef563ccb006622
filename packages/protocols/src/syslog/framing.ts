import type { FrameShape } from "../common/frame-reader.ts";
import type { ProbeVerdict } from "../contract.ts";

/** Longest message that is believed; RFC 5424 §6.1 asks for 2048 bytes. */
export const MAX_MESSAGE_BYTES = 64 << 10;
/** Beginning of a message that is kept. */
export const KEPT_BYTES = 8 << 10;

const LESS_THAN = 0x3c;
const LINE_FEED = 0x0a;
const SPACE = 0x20;
const MAX_COUNT_DIGITS = 5;
const MAX_PRIORITY = 191;

/** Messages over TCP (RFC 6587 §3.4): with their length before them, or up to a line feed. */
export const SYSLOG_FRAMES: FrameShape = {
  headerBytes: 1,
  lengthOf(bytes) {
    if (bytes[0] === LESS_THAN) {
      const end = bytes.indexOf(LINE_FEED);
      if (end >= 0) return end + 1;
      return bytes.length < MAX_MESSAGE_BYTES ? "needMore" : undefined;
    }
    const digits = countDigits(bytes, 0, MAX_COUNT_DIGITS);
    if (digits === bytes.length) return "needMore";
    return digits === 0 || bytes[digits] !== SPACE ? undefined : digits + 1 + numberAt(bytes, 0, digits);
  },
  maxBytes: MAX_MESSAGE_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: probeStream,
};

/** Where a frame's message begins: behind the length, if there is one. */
export function messageStart(frame: Uint8Array): number {
  return frame[0] === LESS_THAN ? 0 : countDigits(frame, 0, MAX_COUNT_DIGITS) + 1;
}

/** Whether bytes begin with a priority that there is. */
export function probePriority(bytes: Uint8Array, at = 0): ProbeVerdict {
  if (bytes.length > at && bytes[at] !== LESS_THAN) return "noMatch";
  const digits = countDigits(bytes, at + 1, 3);
  const end = bytes[at + 1 + digits];
  if (end === undefined) return "needMore";
  return digits > 0 && end === 0x3e && numberAt(bytes, at + 1, digits) <= MAX_PRIORITY ? "match" : "noMatch";
}

/** Over TCP a priority is too little: a version, or a month, must follow. */
export function probeStream(bytes: Uint8Array): ProbeVerdict {
  const first = bytes[0] ?? 0;
  if (first !== LESS_THAN && !isDigit(first)) return "noMatch";
  const digits = first === LESS_THAN ? 0 : countDigits(bytes, 0, MAX_COUNT_DIGITS);
  if (digits > 0 && bytes.length === digits) return "needMore";
  if (digits > 0 && bytes[digits] !== SPACE) return "noMatch";
  const at = digits === 0 ? 0 : digits + 1;
  const verdict = probePriority(bytes, at);
  if (verdict !== "match") return verdict;
  const behind = bytes.indexOf(0x3e, at) + 1;
  const text = String.fromCharCode(...bytes.subarray(behind, behind + 4));
  if (text.length < 4) return /^(?:|1|1 .?|[A-Z][a-z]{0,2})$/.test(text) ? "needMore" : "noMatch";
  return /^(?:1 [\d-].|[A-Z][a-z]{2} )$/.test(text) ? "match" : "noMatch";
}

function countDigits(bytes: Uint8Array, from: number, limit: number): number {
  let count = 0;
  while (count < limit && isDigit(bytes[from + count] ?? 0)) count += 1;
  return count;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function numberAt(bytes: Uint8Array, from: number, digits: number): number {
  let number = 0;
  for (const byte of bytes.subarray(from, from + digits)) number = number * 10 + byte - 0x30;
  return number;
}

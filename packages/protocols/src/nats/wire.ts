import { decodeUtf8 } from "@weir/base";
import type { FrameShape } from "../common/frame-reader.ts";
import { probeNats } from "./probe.ts";

/** Longest control line: INFO lists the servers of a cluster. */
const MAX_LINE_BYTES = 32_768;
/** Bytes of a message that are kept: its line, its headers and its payload's beginning. */
export const KEPT_BYTES = 36_864;
/** Longest payload that is believed; servers allow 64 MiB at most. */
const MAX_MESSAGE_BYTES = 1 << 27;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const CRLF_BYTES = 2;
const UPPER_CASE = 0xdf;
const [B, H, M, P, U] = [0x42, 0x48, 0x4d, 0x50, 0x55];

/** Control lines, those of messages with headers and payload behind them (NATS client protocol). */
export const NATS_MESSAGES: FrameShape = {
  headerBytes: 1,
  lengthOf(bytes) {
    if (!isPrintable(bytes[0] ?? 0)) return undefined;
    const end = bytes.subarray(0, MAX_LINE_BYTES).indexOf(LINE_FEED);
    if (end < 0) return bytes.length < MAX_LINE_BYTES ? "needMore" : undefined;
    if (!hasPayload(bytes)) return end + 1;
    const payloadBytes = lastNumber(bytes, end);
    return payloadBytes === undefined ? end + 1 : end + 1 + payloadBytes + CRLF_BYTES;
  },
  maxBytes: MAX_MESSAGE_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: probeNats,
};

/** A message: its operation in capitals, its arguments, and what is behind the line. */
export interface Operation {
  readonly name: string;
  readonly args: readonly string[];
  /** The line behind the operation, as it stood: JSON of INFO and CONNECT, the text of an error. */
  readonly text: string;
  /** What was kept of headers and payload. Borrowed. */
  readonly payload: Uint8Array;
  /** Their length on the wire. */
  readonly payloadBytes: number;
}

/** Reads a message of which `bytes` is what was kept, and `length` its length on the wire. */
export function parseOperation(bytes: Uint8Array, length: number): Operation {
  const end = bytes.indexOf(LINE_FEED);
  const lineEnd = end > 0 && bytes[end - 1] === CARRIAGE_RETURN ? end - 1 : Math.max(end, 0);
  const line = decodeUtf8(bytes.subarray(0, lineEnd));
  const [, name = "", text = ""] = /^(\S*)[ \t]*(.*)$/.exec(line) ?? [];
  const payloadBytes = Math.max(0, length - end - 1 - CRLF_BYTES);
  return {
    name: name.toUpperCase(),
    args: text === "" ? [] : text.trim().split(/[ \t]+/),
    text,
    payload: bytes.subarray(end + 1, end + 1 + payloadBytes),
    payloadBytes,
  };
}

/** True for PUB, HPUB, MSG and HMSG, in either case. */
function hasPayload(bytes: Uint8Array): boolean {
  const at = ((bytes[0] ?? 0) & UPPER_CASE) === H ? 1 : 0;
  const first = (bytes[at] ?? 0) & UPPER_CASE;
  if (first === M) return isBlank(bytes[at + 3]);
  const isPub = first === P && ((bytes[at + 1] ?? 0) & UPPER_CASE) === U && ((bytes[at + 2] ?? 0) & UPPER_CASE) === B;
  return isPub && isBlank(bytes[at + 3]);
}

/** The number that a line ends with. */
function lastNumber(bytes: Uint8Array, lineEnd: number): number | undefined {
  let at = bytes[lineEnd - 1] === CARRIAGE_RETURN ? lineEnd - 2 : lineEnd - 1;
  let value = 0;
  let scale = 1;
  for (; at > 0; at -= 1) {
    const digit = (bytes[at] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) break;
    value += digit * scale;
    scale *= 10;
  }
  return scale > 1 && isBlank(bytes[at]) ? value : undefined;
}

function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09;
}

function isPrintable(byte: number): boolean {
  return byte > 0x20 && byte < 0x7f;
}

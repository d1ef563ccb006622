import { decodeUtf8 } from "@weir/base";
import type { FrameShape } from "../common/frame-reader.ts";
import { isCommandLine, probeStomp } from "./probe.ts";

/** Longest header block; brokers allow less. */
const MAX_HEAD_BYTES = 16_384;
/** Bytes of a frame that are kept: its headers and its body's beginning. */
const KEPT_BYTES = 20_480;
/** Longest frame that is believed. */
const MAX_FRAME_BYTES = 1 << 28;
/** Bodies without a `content-length` end with the first zero byte; longer ones are not believed. */
export const MAX_COUNTED_BYTES = 1 << 18;
/** Headers of one frame that are kept. */
const MAX_HEADERS = 128;

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** Frames of STOMP (STOMP 1.2, "Frames"): a command, headers, an empty line, a body, a zero byte; and the line ends between them. */
export const STOMP_FRAMES: FrameShape = {
  headerBytes: 1,
  lengthOf(bytes) {
    const eols = endsOfLine(bytes);
    // Line ends between frames are heart-beats, or padding behind a frame.
    if (eols > 0) return eols;
    const head = headBytes(bytes);
    if (head === undefined) return bytes.length < MAX_HEAD_BYTES && isCommandLine(bytes) ? "needMore" : undefined;
    const content = contentLength(bytes, head);
    if (content !== undefined) return head + content + 1;
    const end = bytes.indexOf(0, head);
    if (end >= 0) return end + 1;
    return bytes.length < MAX_COUNTED_BYTES ? "needMore" : undefined;
  },
  maxBytes: MAX_FRAME_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: probeStomp,
};

/** One frame; `command` is empty for line ends between frames. */
export interface StompFrame {
  readonly command: string;
  /** In wire order; of those that share a name the first counts. */
  readonly headers: readonly (readonly [string, string])[];
  /** What was kept of the body. Borrowed. */
  readonly body: Uint8Array;
  readonly bodyBytes: number;
}

/** Reads a frame of which `bytes` is what was kept, and `length` its length on the wire. */
export function parseFrame(bytes: Uint8Array, length: number): StompFrame {
  const head = headBytes(bytes);
  if (head === undefined) return { command: "", headers: [], body: bytes.subarray(bytes.length), bodyBytes: 0 };
  const [command = "", ...lines] = decodeUtf8(bytes.subarray(0, head)).split(/\r?\n/);
  // Frames that agree on the version are not escaped.
  const isEscaped = command !== "CONNECT" && command !== "CONNECTED";
  const headers: [string, string][] = [];
  for (const line of lines.slice(0, MAX_HEADERS)) {
    const colon = line.indexOf(":");
    if (colon <= 0) continue;
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1)];
    headers.push(isEscaped ? [unescaped(name), unescaped(value)] : [name, value]);
  }
  const bodyBytes = length - head - 1;
  return { command, headers, body: bytes.subarray(head, head + bodyBytes), bodyBytes };
}

/** How many line ends stand in front. */
function endsOfLine(bytes: Uint8Array): number {
  let at = 0;
  while (bytes[at] === LINE_FEED || (bytes[at] === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED))
    at += bytes[at] === LINE_FEED ? 1 : 2;
  return at;
}

/** Length of command and headers with the empty line behind them; undefined where that has not come. */
function headBytes(bytes: Uint8Array): number | undefined {
  const limit = Math.min(bytes.length, MAX_HEAD_BYTES);
  for (let at = 0; at < limit; at += 1) {
    if (bytes[at] !== LINE_FEED) continue;
    if (bytes[at + 1] === LINE_FEED) return at + 2;
    if (bytes[at + 1] === CARRIAGE_RETURN && bytes[at + 2] === LINE_FEED) return at + 3;
  }
  return undefined;
}

const CONTENT_LENGTH = Array.from("content-length:", (character) => character.charCodeAt(0));

/** The value of `content-length`, if the frame has one. */
function contentLength(bytes: Uint8Array, head: number): number | undefined {
  for (
    let at = bytes.indexOf(LINE_FEED);
    at >= 0 && at + CONTENT_LENGTH.length < head;
    at = bytes.indexOf(LINE_FEED, at + 1)
  ) {
    const start = at + 1;
    if (!CONTENT_LENGTH.every((byte, index) => bytes[start + index] === byte)) continue;
    let value: number | undefined;
    for (let digitAt = start + CONTENT_LENGTH.length; digitAt < head; digitAt += 1) {
      const byte = bytes[digitAt] ?? 0;
      if (byte < 0x30 || byte > 0x39) break;
      value = (value ?? 0) * 10 + byte - 0x30;
    }
    return value;
  }
  return undefined;
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", c: ":", "\\": "\\" };

function unescaped(text: string): string {
  return text.includes("\\") ? text.replace(/\\([nrc\\])/g, (_all, letter: string) => ESCAPES[letter] ?? letter) : text;
}

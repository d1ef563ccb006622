import { decodeLatin1 } from "@weir/base";
import type { ProbeVerdict } from "../contract.ts";
import { binaryEncoding, uint32At } from "./binary-encoding.ts";
import { compactEncoding, varintAt } from "./compact-encoding.ts";
import type { Encoding } from "./struct-walker.ts";

/** Kinds of messages. */
export const MessageType = { call: 1, reply: 2, exception: 3, oneWay: 4 } as const;
const FRAME_BYTES = 4;
/** Longest frame that servers take by default is 16 MB. */
export const MAX_FRAME_BYTES = 64 << 20;
/** The first two bytes of a strict binary message; the fourth is its type. */
const BINARY_VERSION = 0x8001;
const COMPACT_ID = 0x82;
const COMPACT_VERSION = 1;
const MAX_NAME_BYTES = 255;
const NAME = /^[A-Za-z_][\w.:$/-]*$/;

/** What stands in front of a message's structure. */
export interface MessageHead {
  readonly type: number;
  readonly name: string;
  readonly sequenceId: number;
  readonly protocol: "binary" | "compact";
  /** Length of the frame, its own four bytes included; undefined where there is none (unframed transport). */
  readonly frameBytes: number | undefined;
  /** Where the structure begins. */
  readonly structAt: number;
}

/** How a protocol writes values. */
export function encodingOf({ protocol }: MessageHead): Encoding {
  return protocol === "binary" ? binaryEncoding : compactEncoding;
}

/** Reads a head, with or without a frame; undefined where there is none. */
export function readHead(bytes: Uint8Array): MessageHead | "needMore" | undefined {
  const first = bytes[0];
  if (first === undefined) return "needMore";
  if (first === BINARY_VERSION >> 8 || first === COMPACT_ID) return readUnframed(bytes, 0);
  if (first > MAX_FRAME_BYTES >> 24) return undefined;
  if (bytes.length <= FRAME_BYTES) return "needMore";
  const frameBytes = FRAME_BYTES + uint32At(bytes, 0);
  const head = readUnframed(bytes, FRAME_BYTES);
  if (head === undefined || frameBytes > MAX_FRAME_BYTES) return undefined;
  if (head === "needMore") return frameBytes > bytes.length ? head : undefined;
  return head.structAt < frameBytes ? { ...head, frameBytes } : undefined;
}

function readUnframed(bytes: Uint8Array, at: number): MessageHead | "needMore" | undefined {
  return bytes[at] === COMPACT_ID ? readCompact(bytes, at) : readBinary(bytes, at);
}

function readBinary(bytes: Uint8Array, at: number): MessageHead | "needMore" | undefined {
  const [high = 0x80, low = 1, unused = 0, type = 1] = bytes.subarray(at, at + 4);
  if (((high << 8) | low) !== BINARY_VERSION || unused !== 0 || !isType(type)) return undefined;
  if (bytes.length < at + 8) return "needMore";
  const length = uint32At(bytes, at + 4);
  const nameEnd = at + 8 + length;
  if (length === 0 || length > MAX_NAME_BYTES) return undefined;
  if (bytes.length < nameEnd + 4) return "needMore";
  const name = nameAt(bytes, at + 8, nameEnd);
  const sequenceId = uint32At(bytes, nameEnd);
  if (name === undefined) return undefined;
  return { type, name, sequenceId, protocol: "binary", frameBytes: undefined, structAt: nameEnd + 4 };
}

function readCompact(bytes: Uint8Array, at: number): MessageHead | "needMore" | undefined {
  const versionAndType = bytes[at + 1];
  if (versionAndType === undefined) return "needMore";
  const type = versionAndType >> 5;
  if ((versionAndType & 0x1f) !== COMPACT_VERSION || !isType(type)) return undefined;
  const sequence = varintAt(bytes, at + 2);
  const length = sequence === undefined || sequence === null ? sequence : varintAt(bytes, sequence.next);
  if (sequence === undefined || length === undefined) return "needMore";
  if (sequence === null || length === null || length.value === 0 || length.value > MAX_NAME_BYTES) return undefined;
  const structAt = length.next + length.value;
  if (bytes.length < structAt) return "needMore";
  const name = nameAt(bytes, length.next, structAt);
  if (name === undefined) return undefined;
  return { type, name, sequenceId: sequence.value, protocol: "compact", frameBytes: undefined, structAt };
}

function isType(type: number): boolean {
  return type >= MessageType.call && type <= MessageType.oneWay;
}

function nameAt(bytes: Uint8Array, from: number, to: number): string | undefined {
  const name = decodeLatin1(bytes, from, to);
  return NAME.test(name) ? name : undefined;
}

/** Whether bytes begin with a message. */
export function probeMessage(bytes: Uint8Array): ProbeVerdict {
  const head = readHead(bytes);
  if (head === undefined) return "noMatch";
  return head === "needMore" ? head : "match";
}

import type { ProbeVerdict } from "../contract.ts";
import { methodOf } from "./methods.ts";
import { FRAME_END, FRAME_HEADER_BYTES, FrameType } from "./wire.ts";

/** `AMQP` and the versions 0-9-1 and 0-9; version 1.0 is another protocol. */
const PROTOCOL_HEADERS = [
  [0x41, 0x4d, 0x51, 0x50, 0, 0, 9, 1],
  [0x41, 0x4d, 0x51, 0x50, 1, 1, 0, 9],
] as const;
const HEARTBEAT = [FrameType.heartbeat, 0, 0, 0, 0, 0, 0, FRAME_END] as const;
/** Method frames that are waited for. */
const MAX_METHOD_BYTES = 4096;
/** Class and method number. */
const METHOD_ID_BYTES = 4;

/**
 * Whether a stream begins with AMQP 0-9-1: with the protocol header, with a heartbeat, or with a whole frame of a method that there is. Content
 * headers and bodies prove nothing.
 */
export function probeAmqp(bytes: Uint8Array): ProbeVerdict {
  const first = bytes[0];
  if (first === undefined) return "needMore";
  if (first === FrameType.method) return probeMethod(bytes);
  if (first === FrameType.heartbeat) return startsLike(bytes, HEARTBEAT);
  if (first !== PROTOCOL_HEADERS[0][0]) return "noMatch";
  const verdicts = PROTOCOL_HEADERS.map((header) => startsLike(bytes, header));
  return verdicts.find((verdict) => verdict !== "noMatch") ?? "noMatch";
}

function startsLike(bytes: Uint8Array, expected: readonly number[]): ProbeVerdict {
  if (expected.some((byte, index) => index < bytes.length && bytes[index] !== byte)) return "noMatch";
  return bytes.length < expected.length ? "needMore" : "match";
}

function probeMethod(bytes: Uint8Array): ProbeVerdict {
  // No method is longer than 64 KiB: the upper bytes of the size are zero.
  if ((bytes[3] ?? 0) !== 0 || (bytes[4] ?? 0) !== 0) return "noMatch";
  const at = FRAME_HEADER_BYTES;
  if (bytes.length < at + METHOD_ID_BYTES) return "needMore";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(3);
  const isMethod = methodOf(view.getUint16(at), view.getUint16(at + 2)) !== undefined;
  if (!isMethod || size < METHOD_ID_BYTES || size > MAX_METHOD_BYTES) return "noMatch";
  if (bytes.length < at + size + 1) return "needMore";
  return bytes[at + size] === FRAME_END ? "match" : "noMatch";
}

import type { FrameShape } from "../common/frame-reader.ts";

/** Opcodes (RFC 6455 §5.2). */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

/** Bytes of a frame that are kept: enough for what tunnels carry; longer messages are counted whole. */
export const KEPT_BYTES = 64 << 10;
/** Longest frame that is believed. */
const MAX_FRAME_BYTES = 1 << 30;
/** Longest payload of a control frame (§5.5). */
export const MAX_CONTROL_BYTES = 125;
/** Longest message that is believed behind a hole, where its few marks are all that tells it. */
const MAX_RESUMED_BYTES = 2048;
/** Bits for which no extension is in use (§5.2). */
const RSV2_RSV3 = 0x30;

/** Header of a frame (§5.2). */
export interface FrameHead {
  readonly isFinal: boolean;
  /** RSV1: permessage-deflate uses it (RFC 7692 §6). */
  readonly isCompressed: boolean;
  readonly opcode: number;
  readonly isMasked: boolean;
  readonly headBytes: number;
  readonly payloadBytes: number;
}

/** Reads a header; `needMore` while it is not whole, undefined where no frame begins so. */
export function parseFrameHead(bytes: Uint8Array): FrameHead | "needMore" | undefined {
  if (bytes.length < 2) return "needMore";
  const [first = 0, second = 0] = bytes;
  const opcode = first & 0x0f;
  if ((first & RSV2_RSV3) !== 0 || (opcode > OPCODE.binary && opcode < OPCODE.close) || opcode > OPCODE.pong)
    return undefined;
  const short = second & 0x7f;
  const lengthBytes = short === 127 ? 8 : short === 126 ? 2 : 0;
  const isMasked = (second & 0x80) !== 0;
  const headBytes = 2 + lengthBytes + (isMasked ? 4 : 0);
  if (bytes.length < headBytes) return "needMore";
  let payloadBytes = lengthBytes === 0 ? short : 0;
  for (let at = 2; at < 2 + lengthBytes; at += 1) payloadBytes = payloadBytes * 256 + (bytes[at] ?? 0);
  return {
    isFinal: (first & 0x80) !== 0,
    isCompressed: (first & 0x40) !== 0,
    opcode,
    isMasked,
    headBytes,
    payloadBytes,
  };
}

/** The kept part of a frame's payload, unmasked (§5.3). A copy. */
export function payloadOf(bytes: Uint8Array, { headBytes, isMasked }: FrameHead): Uint8Array {
  const payload = bytes.slice(headBytes);
  if (!isMasked) return payload;
  const key = bytes.subarray(headBytes - 4, headBytes);
  for (let at = 0; at < payload.length; at += 1) payload[at] = (payload[at] ?? 0) ^ (key[at & 3] ?? 0);
  return payload;
}

/** Frames of one side. Behind a hole only the beginning of a message, masked as that side must, is taken for a frame. */
export function frameShape(isMasked: boolean): FrameShape {
  return {
    headerBytes: 2,
    lengthOf(bytes) {
      const head = parseFrameHead(bytes);
      return head === undefined || head === "needMore" ? head : head.headBytes + head.payloadBytes;
    },
    maxBytes: MAX_FRAME_BYTES,
    keptBytes: KEPT_BYTES,
    resumes(bytes) {
      const head = parseFrameHead(bytes);
      if (head === "needMore") return head;
      const isWhole =
        head !== undefined && head.opcode !== OPCODE.continuation && head.isFinal && head.isMasked === isMasked;
      if (!isWhole || head.payloadBytes === 0 || head.payloadBytes > MAX_RESUMED_BYTES) return "noMatch";
      return head.headBytes + head.payloadBytes <= bytes.length ? "match" : "needMore";
    },
  };
}

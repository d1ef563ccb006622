import type { ProbeVerdict } from "../contract.ts";
import {
  Constructor,
  FRAME_HEADER_BYTES,
  FrameType,
  isPerformative,
  MIN_DATA_OFFSET,
  PROTOCOL_HEADER_START,
  PROTOCOL_ID_AT,
  ProtocolId,
} from "./wire.ts";

/** Version 1.0.0; the byte that says what follows stands between. */
const HEADER_START = [0x41, 0x4d, 0x51, 0x50] as const;
const VERSION = [1, 0, 0] as const;
/** Empty frames prove nothing alone; so many of them do. */
const ENOUGH_EMPTY_FRAMES = 3;
/** Frame header, a descriptor, and the constructor of a list. */
const LIST_AT = FRAME_HEADER_BYTES + 3;

/** Whether a stream begins with AMQP 1.0: with a protocol header, or with a frame whose performative is a list that fits it. */
export function probeAmqp1(bytes: Uint8Array): ProbeVerdict {
  const first = bytes[0];
  if (first === undefined) return "needMore";
  if (first === PROTOCOL_HEADER_START) return probeHeader(bytes);
  if (first !== 0) return "noMatch";
  return probeFrame(bytes, 0);
}

function probeHeader(bytes: Uint8Array): ProbeVerdict {
  if (!beginsWith(bytes, 0, HEADER_START) || !beginsWith(bytes, PROTOCOL_ID_AT + 1, VERSION)) return "noMatch";
  const id = bytes[PROTOCOL_ID_AT];
  if (id === undefined) return "needMore";
  if (id !== ProtocolId.amqp && id !== ProtocolId.tls && id !== ProtocolId.sasl) return "noMatch";
  return bytes.length < FRAME_HEADER_BYTES ? "needMore" : "match";
}

function beginsWith(bytes: Uint8Array, at: number, expected: readonly number[]): boolean {
  return expected.every((byte, index) => at + index >= bytes.length || bytes[at + index] === byte);
}

/** `emptyFrames` of them stand before. */
function probeFrame(bytes: Uint8Array, emptyFrames: number): ProbeVerdict {
  // No frame of which the beginning is looked at is longer than 16 MiB.
  if ((bytes[0] ?? 0) !== 0) return "noMatch";
  const type = bytes[5] ?? FrameType.amqp;
  if ((bytes[4] ?? MIN_DATA_OFFSET) !== MIN_DATA_OFFSET || type > FrameType.sasl) return "noMatch";
  if (bytes.length < FRAME_HEADER_BYTES) return "needMore";
  const size = ((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0);
  if (size !== FRAME_HEADER_BYTES) return probeList(bytes, type, size);
  if (type !== FrameType.amqp) return "noMatch";
  if (emptyFrames + 1 === ENOUGH_EMPTY_FRAMES) return "match";
  return probeFrame(bytes.subarray(FRAME_HEADER_BYTES), emptyFrames + 1);
}

/** The fields of the performative: a list that is not longer than the frame. */
function probeList(bytes: Uint8Array, type: number, size: number): ProbeVerdict {
  const at = FRAME_HEADER_BYTES;
  if (size <= LIST_AT || !beginsWith(bytes, at, [Constructor.described, Constructor.smallUlong])) return "noMatch";
  const code = bytes[at + 2];
  if (code === undefined) return "needMore";
  if (!isPerformative(type, code)) return "noMatch";
  const formatCode = bytes[LIST_AT];
  if (formatCode === undefined) return "needMore";
  const lengthBytes = LENGTH_BYTES.get(formatCode);
  if (lengthBytes === undefined) return "noMatch";
  const end = LIST_AT + 1 + lengthBytes;
  if (bytes.length < end) return "needMore";
  let length = 0;
  for (let index = LIST_AT + 1; index < end; index += 1) length = length * 256 + (bytes[index] ?? 0);
  return end + length <= size ? "match" : "noMatch";
}

/** Bytes of the length behind the constructor of a list. */
const LENGTH_BYTES: ReadonlyMap<number, number> = new Map([
  [Constructor.list0, 0],
  [Constructor.list8, 1],
  [Constructor.list32, 4],
]);

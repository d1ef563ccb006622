import type { FrameShape } from "../common/frame-reader.ts";
import { probeAmqp1 } from "./probe.ts";
import { FRAME_HEADER_BYTES, FrameType, MIN_DATA_OFFSET, PROTOCOL_HEADER_START } from "./wire.ts";

/** Bytes of a frame that are kept. */
export const KEPT_BYTES = 16_384;
/** Longest frame that is believed: peers agree on some hundred KiB, and need not agree at all. */
const MAX_FRAME_BYTES = 1 << 28;

/** How a direction is cut into frames; protocol headers are as long as the header of a frame. */
export const AMQP1_FRAMES: FrameShape = {
  headerBytes: FRAME_HEADER_BYTES,
  lengthOf(bytes) {
    if (bytes[0] === PROTOCOL_HEADER_START)
      return probeAmqp1(bytes.subarray(0, FRAME_HEADER_BYTES)) === "match" ? FRAME_HEADER_BYTES : undefined;
    const offset = bytes[4] ?? 0;
    const size = (bytes[0] ?? 0) * 2 ** 24 + (((bytes[1] ?? 0) << 16) | ((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0));
    const isFrame = offset >= MIN_DATA_OFFSET && size >= offset * 4 && (bytes[5] ?? 0) <= FrameType.sasl;
    return isFrame ? size : undefined;
  },
  maxBytes: MAX_FRAME_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: probeAmqp1,
};

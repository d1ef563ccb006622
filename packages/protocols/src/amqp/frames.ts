import type { FrameShape } from "../common/frame-reader.ts";
import { probeAmqp } from "./probe.ts";
import { FRAME_HEADER_BYTES, isFrameType, PROTOCOL_HEADER_BYTES, PROTOCOL_HEADER_START } from "./wire.ts";

/** Bytes of a frame that are kept. */
export const KEPT_BYTES = 16_384;
/** Longest frame that is believed: RabbitMQ agrees on 128 KiB by default, and messages may be 128 MiB. */
const MAX_FRAME_BYTES = 1 << 28;

/** How a direction is cut into frames. */
export const AMQP_FRAMES: FrameShape = {
  headerBytes: FRAME_HEADER_BYTES,
  lengthOf(bytes) {
    const type = bytes[0] ?? 0;
    if (type === PROTOCOL_HEADER_START) return PROTOCOL_HEADER_BYTES;
    if (!isFrameType(type)) return undefined;
    const size = ((bytes[3] ?? 0) * 256 + (bytes[4] ?? 0)) * 65_536 + (bytes[5] ?? 0) * 256 + (bytes[6] ?? 0);
    return FRAME_HEADER_BYTES + size + 1;
  },
  maxBytes: MAX_FRAME_BYTES,
  keptBytes: KEPT_BYTES,
  resumes: probeAmqp,
};

import { ByteCursor } from "../common/byte-cursor.ts";
import type { FrameShape } from "../common/frame-reader.ts";
import { probeReply, probeRequest } from "./probe.ts";

/** Every message begins with its length, itself not counted. */
const LENGTH_BYTES = 4;
/** Shortest message: a request's header. */
const REQUEST_HEADER_BYTES = 8;
/** `jute.maxbuffer` is 1 MiB; who raises it does not get far. */
const MAX_MESSAGE_BYTES = 64 << 20;
/** Beginning of a message that is kept: paths, not data. */
export const KEPT_BYTES = 16 << 10;

function lengthOf(bytes: Uint8Array): number | undefined {
  const length = new ByteCursor(bytes).uint32();
  return length < REQUEST_HEADER_BYTES ? undefined : LENGTH_BYTES + length;
}

const SHAPE = { headerBytes: LENGTH_BYTES, lengthOf, maxBytes: MAX_MESSAGE_BYTES, keptBytes: KEPT_BYTES };

/** Messages of clients, and of servers. */
export const REQUEST_FRAMES: FrameShape = { ...SHAPE, resumes: probeRequest };
export const REPLY_FRAMES: FrameShape = { ...SHAPE, resumes: (bytes) => probeReply(bytes, "known") };

import type { Dissector } from "../contract.ts";
import { MAX_KEPT_PAYLOAD_BYTES, PREFACE } from "./frame-parser.ts";
import { MAX_BLOCK_BYTES } from "./header-blocks.ts";
import { framesAsk, probeFrames } from "./plausible.ts";
import { http2Record } from "./record.ts";
import { Http2Session } from "./session.ts";
import { MAX_STREAMS } from "./streams.ts";

const BODY_BYTES = 4096;
const PREFACE_START = PREFACE.charCodeAt(0);

/** HTTP/2, in the clear or inside TLS. */
export const http2: Dissector<(typeof http2Record)["id"]> = {
  id: http2Record.id,
  transports: ["tcp"],
  ports: [50051, 443, 8443],
  specs: ["RFC 9113", "RFC 7541", "RFC 7540 §3.2", "RFC 8441"],
  limits: {
    pendingCalls: MAX_STREAMS,
    bufferedBytes: 2 * (MAX_KEPT_PAYLOAD_BYTES + MAX_BLOCK_BYTES),
    bodyBytes: BODY_BYTES,
  },
  probe(_direction, bytes) {
    // Frames are short: the upper byte of their length is zero.
    if (bytes[0] === 0) return probeFrames(bytes);
    if (bytes[0] !== PREFACE_START) return "noMatch";
    for (let at = 1; at < PREFACE.length && at < bytes.length; at += 1)
      if (bytes[at] !== PREFACE.charCodeAt(at)) return "noMatch";
    return bytes.length < PREFACE.length ? "needMore" : "match";
  },
  asks: (bytes) => (bytes[0] === PREFACE_START ? true : framesAsk(bytes)),
  open: (context) => new Http2Session(context, BODY_BYTES),
};

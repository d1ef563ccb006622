import type { ProbeVerdict } from "../contract.ts";
import {
  contentOf,
  Flag,
  FRAME_HEADER_BYTES,
  type FrameHeader,
  FrameType,
  frameHeaderAt,
  Setting,
  settingsIn,
  uint31At,
  uint32At,
} from "./wire.ts";

/** Length of a payload that a type prescribes, the flags that it defines, and whether it is of a stream, of the connection, or of either. */
interface Form {
  readonly fixedBytes?: number;
  readonly flags: number;
  readonly of: "stream" | "connection" | "either";
}

const HEADER_FLAGS = Flag.endHeaders | Flag.padded;
const FORMS: readonly Form[] = [
  { flags: Flag.endStream | Flag.padded, of: "stream" },
  { flags: Flag.endStream | HEADER_FLAGS | Flag.priority, of: "stream" },
  { fixedBytes: 5, flags: 0, of: "stream" },
  { fixedBytes: 4, flags: 0, of: "stream" },
  { flags: Flag.ack, of: "connection" },
  { flags: HEADER_FLAGS, of: "stream" },
  { fixedBytes: 8, flags: Flag.ack, of: "connection" },
  { flags: 0, of: "connection" },
  { fixedBytes: 4, flags: 0, of: "either" },
  { flags: Flag.endHeaders, of: "stream" },
];
/** Frames longer than this are not believed where a beginning is looked for: hardly anybody allows more. */
const MAX_BELIEVED_BYTES = 0xffff;
const MAX_SETTINGS = 32;
/** Error codes that are defined (RFC 9113 §7). */
const ERROR_CODES = 14;
/** Two frames that fit together, or one that says much, are enough. */
const ENOUGH = 2;

/** Whether a header keeps to the form of its type (RFC 9113 §6), as strictly as all known senders do. */
export function isPlausibleFrame({ length, type, flags, streamId }: FrameHeader): boolean {
  const form = FORMS[type];
  if (form === undefined || length > MAX_BELIEVED_BYTES || (flags & ~form.flags) !== 0) return false;
  if (form.fixedBytes !== undefined && form.fixedBytes !== length) return false;
  if (form.of !== "either" && (streamId === 0) !== (form.of === "connection")) return false;
  if (type === FrameType.settings)
    return (flags & Flag.ack) !== 0 ? length === 0 : length % 6 === 0 && length <= 6 * MAX_SETTINGS;
  if (type === FrameType.goaway) return length >= 8;
  // Blocks and pieces of nothing are legal, and sent by nobody.
  return length > 0 || type === FrameType.data;
}

/** Looks at the beginning of a direction whose preface was not seen: are these frames, one behind the other? */
export function probeFrames(bytes: Uint8Array): ProbeVerdict {
  let at = 0;
  let weight = 0;
  while (at + FRAME_HEADER_BYTES <= bytes.length) {
    const header = frameHeaderAt(bytes, at);
    if (((bytes[at + 5] ?? 0) & 0x80) !== 0 || !isPlausibleFrame(header)) return "noMatch";
    const payload = bytes.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + header.length);
    const isWhole = payload.length === header.length;
    const said = isWhole ? weightOf(header, payload) : header.type === FrameType.data ? dataWeight(header, payload) : 0;
    if (said === undefined) return "noMatch";
    weight += said;
    at += FRAME_HEADER_BYTES + header.length;
  }
  if (weight >= ENOUGH) return "match";
  // The next header is cut off: its first byte can still say no.
  return at < bytes.length && bytes[at] !== 0 ? "noMatch" : "needMore";
}

/** How much a whole frame says for HTTP/2; undefined where its payload says that it is none. */
function weightOf(header: FrameHeader, payload: Uint8Array): number | undefined {
  switch (header.type) {
    case FrameType.data:
      return dataWeight(header, payload);
    case FrameType.headers:
      return blockAsks(header, payload) === undefined ? 1 : ENOUGH;
    case FrameType.rstStream:
      return uint32At(payload, 0) < ERROR_CODES ? ENOUGH : undefined;
    case FrameType.settings:
      return settingsWeight(header, payload);
    case FrameType.goaway:
      return uint32At(payload, 4) < ERROR_CODES ? ENOUGH : undefined;
    case FrameType.windowUpdate:
      return payload[0] !== undefined && payload[0] < 0x80 && uint31At(payload, 0) > 0 ? ENOUGH : undefined;
    case FrameType.ping:
      return ENOUGH;
    default:
      return 1;
  }
}

/** DATA says little, but for a gRPC message that fills it. */
function dataWeight({ length }: FrameHeader, payload: Uint8Array): number {
  const isMessage = payload.length >= 5 && (payload[0] ?? 2) <= 1 && uint32At(payload, 1) === length - 5;
  return isMessage && length > 5 ? ENOUGH : 0;
}

function settingsWeight({ flags }: FrameHeader, payload: Uint8Array): number | undefined {
  for (const [id, value] of settingsIn(payload)) {
    if (id === 0) return undefined;
    if (id === Setting.enablePush && value > 1) return undefined;
    if (id === Setting.initialWindowSize && value > 0x7fff_ffff) return undefined;
    if (id === Setting.maxFrameSize && (value < 16_384 || value > 0xff_ffff)) return undefined;
  }
  // An empty one is nine bytes, eight of them zero.
  return payload.length > 0 || (flags & Flag.ack) !== 0 ? ENOUGH : 1;
}

/** Whether the first field of a HEADERS frame is of a request or of a response; undefined where it does not tell. */
export function blockAsks(header: FrameHeader, payload: Uint8Array): boolean | undefined {
  const content = contentOf(header, payload);
  if (content === undefined) return undefined;
  let [at] = content;
  // A size update may stand before the first field (RFC 7541 §4.2).
  while (at < payload.length && ((payload[at] ?? 0) & 0xe0) === 0x20) {
    at += 1;
    while (((payload[at - 1] ?? 0) & 0x1f) === 0x1f && ((payload[at] ?? 0) & 0x80) !== 0) at += 1;
  }
  const byte = payload[at] ?? 0;
  const index = byte >= 0x80 ? byte & 0x7f : byte >= 0x40 ? byte & 0x3f : byte & 0x0f;
  if (index >= 1 && index <= 7) return true;
  return index >= 8 && index <= 14 ? false : undefined;
}

/** Whether a direction's first frames are a client's; undefined where they do not tell. */
export function framesAsk(bytes: Uint8Array): boolean | undefined {
  for (let at = 0; at + FRAME_HEADER_BYTES < bytes.length; ) {
    const header = frameHeaderAt(bytes, at);
    const payload = bytes.subarray(at + FRAME_HEADER_BYTES, at + FRAME_HEADER_BYTES + header.length);
    if (header.type === FrameType.headers) {
      const asks = blockAsks(header, payload);
      if (asks !== undefined) return asks;
    }
    // Clients say their settings behind the preface; promises are a server's.
    if (at === 0 && header.type === FrameType.settings && payload.length > 0) return false;
    if (header.type === FrameType.pushPromise) return false;
    at += FRAME_HEADER_BYTES + header.length;
  }
  return undefined;
}

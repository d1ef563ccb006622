import type { ProbeVerdict } from "../contract.ts";
import {
  Flag,
  frameBytes,
  HEADER_BYTES,
  type Header,
  MAX_FRAME_BYTES,
  MAX_VERSION,
  Opcode,
  parseHeader,
  REQUESTS,
  SEGMENTED_VERSION,
  uint16,
  uint32,
} from "./wire.ts";

/** Bytes of a body that decide. */
const FORM_BYTES = 16;
const TRACING_BYTES = 16;
/** Ids of prepared statements are MD5 sums. */
const ID_BYTES = 16;
const MAX_COLUMNS = 4096;
/** Flag of versions to come. */
const BETA = 0x10;
const ERRORS: ReadonlySet<number> = new Set([
  0x0000, 0x000a, 0x0100, 0x1000, 0x1001, 0x1002, 0x1003, 0x1100, 0x1200, 0x1300, 0x1400, 0x1500, 0x1600, 0x1700,
  0x2000, 0x2100, 0x2200, 0x2300, 0x2400, 0x2500,
]);
/** What is sent compressed in the middle of a stream. */
const COMPRESSIBLE: ReadonlySet<number> = new Set([
  Opcode.query,
  Opcode.result,
  Opcode.prepare,
  Opcode.execute,
  Opcode.batch,
]);
/** Compression makes a body at most so many times smaller, and hardly larger. */
const MAX_RATIO = 255;

/**
 * Whether a frame begins here that keeps to its opcode's form, as far as the bytes reach. The first bytes are those of many protocols (SOCKS, X11,
 * TNS), so the body must be right too.
 */
export function beginsFrame(bytes: Uint8Array): ProbeVerdict {
  const version = (bytes[0] ?? 0) & 0x7f;
  if (version === 0 || version > MAX_VERSION || (bytes[1] ?? 0) > 0x1f) return "noMatch";
  if (bytes.length < HEADER_BYTES) return "needMore";
  const length = frameBytes(bytes);
  const header = parseHeader(bytes);
  if (length === undefined || length > MAX_FRAME_BYTES || !isPlausible(header)) return "noMatch";
  const { opcode, flags, bodyAt } = header;
  const bodyBytes = length - bodyAt;
  if (opcode === Opcode.options || opcode === Opcode.ready)
    return bodyBytes === 0 && (flags & ~BETA) === 0 && version > 2 ? "match" : "noMatch";
  const isCompressed = (flags & Flag.compression) !== 0;
  const skipped = header.isResponse && (flags & Flag.tracing) !== 0 ? TRACING_BYTES : 0;
  if (bytes.length < bodyAt + Math.min(skipped + FORM_BYTES, bodyBytes)) return "needMore";
  const body = bytes.subarray(bodyAt + skipped);
  if (isCompressed) return COMPRESSIBLE.has(opcode) && isCompressedForm(body, bodyBytes) ? "match" : "noMatch";
  return hasForm(opcode, body, bodyBytes - skipped) ? "match" : "noMatch";
}

/** Opcode and stream of the direction; flags that leave the body to be looked at. */
function isPlausible({ isResponse, opcode, stream, flags, version }: Header): boolean {
  if (REQUESTS.has(opcode) === isResponse || stream < (opcode === Opcode.event ? -1 : 0)) return false;
  if (version < 3 && flags !== 0) return false;
  if (version >= SEGMENTED_VERSION && (flags & Flag.compression) !== 0) return false;
  return (flags & (Flag.customPayload | Flag.warning)) === 0;
}

/** Snappy and LZ4 bodies have in front how much comes out: as a varint, or as four bytes. */
function isCompressedForm(body: Uint8Array, length: number): boolean {
  const isLikely = (plain: number) => plain >= length / 2 && plain <= length * MAX_RATIO && length > 4;
  const first = body[0] ?? 0;
  const second = body[1] ?? 0;
  const varint =
    first < 0x80 ? first : (first & 0x7f) | ((second & 0x7f) << 7) | (second < 0x80 ? 0 : (body[2] ?? 0) << 14);
  return isLikely(varint) || isLikely(uint32(body, 0));
}

function hasForm(opcode: number, body: Uint8Array, length: number): boolean {
  switch (opcode) {
    case Opcode.query:
    case Opcode.prepare:
      return isStatement(body, 0, length);
    case Opcode.execute:
      return uint16(body, 0) === ID_BYTES && length > ID_BYTES + 4;
    case Opcode.batch:
      return (body[0] ?? 9) <= 2 && uint16(body, 1) > 0 && isBatched(body, length);
    case Opcode.result:
      return isResult(body, length);
    case Opcode.error:
      return ERRORS.has(uint32(body, 0)) && 6 + uint16(body, 4) <= length && isPrintable(body, 6, uint16(body, 4));
    case Opcode.startup:
    case Opcode.supported:
    case Opcode.register:
      return uint16(body, 0) > 0 && isName(body, 2, length);
    case Opcode.authenticate:
      return isName(body, 0, length) && 2 + uint16(body, 0) === length;
    case Opcode.event:
      return isName(body, 0, length);
    default:
      return length >= 4 && (uint32(body, 0) === length - 4 || uint32(body, 0) === 0xffffffff);
  }
}

function isBatched(body: Uint8Array, length: number): boolean {
  return body[3] === 0 ? isStatement(body, 4, length) : body[3] === 1 && uint16(body, 4) === ID_BYTES;
}

function isResult(body: Uint8Array, length: number): boolean {
  switch (uint32(body, 0)) {
    case 1:
      return length === 4;
    case 2:
      return length >= 12 && uint32(body, 4) <= 0x0f && uint32(body, 8) <= MAX_COLUMNS;
    case 3:
      return isName(body, 4, length) && 6 + uint16(body, 4) === length;
    case 4:
      return uint16(body, 4) === ID_BYTES;
    case 5:
      return isName(body, 4, length);
    default:
      return false;
  }
}

function isStatement(body: Uint8Array, at: number, length: number): boolean {
  const bytes = uint32(body, at);
  return bytes > 0 && at + 4 + bytes <= length && isPrintable(body, at + 4, bytes);
}

/** A short string of visible characters. */
function isName(body: Uint8Array, at: number, length: number): boolean {
  const bytes = uint16(body, at);
  return bytes > 0 && at + 2 + bytes <= length && isPrintable(body, at + 2, bytes);
}

/** What came of a text so far is text: the beginning decides. */
function isPrintable(body: Uint8Array, at: number, length: number): boolean {
  return body
    .subarray(at, Math.max(at, Math.min(at + length, FORM_BYTES)))
    .every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09 || byte >= 0xc2);
}

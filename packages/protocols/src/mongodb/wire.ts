import { decodeUtf8 } from "@weir/base";
import { decompress } from "../common/compression/decompress.ts";
import type { ProbeVerdict } from "../contract.ts";
import { beginsDocument, endOfName, int32At } from "./bson.ts";

/** Message header: length, request id, what it answers, opcode; each four bytes, little-endian. */
export const HEADER_BYTES = 16;
/** Servers take 48,000,000 bytes (maxMessageSizeBytes), and a little for what is around the documents. */
export const MAX_MESSAGE_BYTES = 48_000_000 + (16 << 10);
/** Beginning of a message that is kept: commands and errors are short, batches are not looked through. */
export const KEPT_BYTES = 32 << 10;

export const Opcode = {
  reply: 1,
  update: 2001,
  insert: 2002,
  query: 2004,
  getMore: 2005,
  delete: 2006,
  killCursors: 2007,
  compressed: 2012,
  message: 2013,
} as const;

const OPCODE_NAMES: ReadonlyMap<number, string> = new Map([
  [Opcode.reply, "OP_REPLY"],
  [Opcode.update, "OP_UPDATE"],
  [Opcode.insert, "OP_INSERT"],
  [Opcode.query, "OP_QUERY"],
  [Opcode.getMore, "OP_GET_MORE"],
  [Opcode.delete, "OP_DELETE"],
  [Opcode.killCursors, "OP_KILL_CURSORS"],
  [Opcode.compressed, "OP_COMPRESSED"],
  [Opcode.message, "OP_MSG"],
]);
const COMPRESSORS = ["noop", "snappy", "zlib", "zstd"] as const;

/** Flags of OP_MSG. */
const MessageFlag = { checksumPresent: 1, moreToCome: 2, exhaustAllowed: 1 << 16 } as const;
const KNOWN_FLAGS = MessageFlag.checksumPresent | MessageFlag.moreToCome | MessageFlag.exhaustAllowed;

/** A message's header, and the message itself out of its compression. */
export interface Message {
  readonly requestId: number;
  readonly responseTo: number;
  /** Opcode of what is inside the compression. */
  readonly opcode: number;
  /** What the message was compressed with; undefined for none. */
  readonly compressor: string | undefined;
  /** What stands behind the header. */
  readonly body: Uint8Array;
}

export function opcodeName(opcode: number): string {
  return OPCODE_NAMES.get(opcode) ?? String(opcode);
}

/** Length of the message that begins here; undefined where none does. */
export function messageBytes(bytes: Uint8Array): number | undefined {
  const length = int32At(bytes, 0) ?? 0;
  return length >= HEADER_BYTES && OPCODE_NAMES.has(int32At(bytes, 12) ?? 0) ? length : undefined;
}

export function parseMessage(bytes: Uint8Array): Message {
  const opcode = int32At(bytes, 12) ?? 0;
  const header = { requestId: int32At(bytes, 4) ?? 0, responseTo: int32At(bytes, 8) ?? 0 };
  const body = bytes.subarray(HEADER_BYTES);
  if (opcode !== Opcode.compressed) return { ...header, opcode, compressor: undefined, body };
  // OP_COMPRESSED: the opcode inside, the size of what comes out, the compressor.
  const compressor = COMPRESSORS[body[8] ?? 0] ?? "unknown";
  const inside = body.subarray(9);
  const plain = compressor === "noop" ? inside : decompress(compressor, inside, KEPT_BYTES)?.bytes;
  return { ...header, opcode: int32At(body, 0) ?? 0, compressor, body: plain ?? new Uint8Array(0) };
}

/** What an OP_MSG brings. */
export interface Sections {
  readonly moreToCome: boolean;
  /** Where the body document begins; undefined where it was not kept. */
  readonly bodyAt: number | undefined;
  /** Names of document sequences: `documents`, `updates`, `deletes`. */
  readonly sequences: readonly string[];
}

/** Sections of one message that are looked at. */
const MAX_SECTIONS = 16;

/** Finds the sections of an OP_MSG (behind its flags). */
export function parseSections(body: Uint8Array): Sections {
  const flags = int32At(body, 0) ?? 0;
  const sequences: string[] = [];
  let bodyAt: number | undefined;
  for (let at = 4, count = 0; at < body.length && count < MAX_SECTIONS; count += 1) {
    const kind = body[at];
    const size = int32At(body, at + 1);
    if (size === undefined || size < 5 || kind === undefined || kind > 1) break;
    if (kind === 0) bodyAt ??= at + 1;
    else sequences.push(nameAt(body, at + 5) ?? "");
    at += 1 + size;
  }
  return { moreToCome: (flags & MessageFlag.moreToCome) !== 0, bodyAt, sequences };
}

/** A name that ends with a zero. */
export function nameAt(bytes: Uint8Array, at: number): string | undefined {
  const end = endOfName(bytes, at);
  return end === undefined ? undefined : decodeUtf8(bytes.subarray(at, end));
}

/** Whether a message begins here that keeps to its opcode's form, as far as the bytes reach. */
export function beginsMessage(bytes: Uint8Array): ProbeVerdict {
  // Messages are shorter than 64 MiB: most of what is none shows it in its fourth byte.
  if ((bytes[3] ?? 0) > 2) return "noMatch";
  if (bytes.length < HEADER_BYTES)
    return bytes.length >= 4 && (int32At(bytes, 0) ?? 0) < HEADER_BYTES ? "noMatch" : "needMore";
  const length = messageBytes(bytes);
  if (length === undefined || length > MAX_MESSAGE_BYTES) return "noMatch";
  const needed = Math.min(length, HEADER_BYTES + 32);
  if (bytes.length < needed) return "needMore";
  return hasForm(int32At(bytes, 12) ?? 0, bytes.subarray(HEADER_BYTES), length - HEADER_BYTES) ? "match" : "noMatch";
}

/** True where a message asks: answers tell what they answer. */
export function asks(bytes: Uint8Array): boolean {
  const opcode = int32At(bytes, 12);
  const responseTo = int32At(bytes, 8);
  return opcode !== Opcode.reply && (isLegacyRequest(opcode) || responseTo === 0 || responseTo === -1);
}

function isLegacyRequest(opcode: number | undefined): boolean {
  return opcode !== undefined && opcode > Opcode.reply && opcode < Opcode.compressed;
}

function hasForm(opcode: number, body: Uint8Array, length: number): boolean {
  switch (opcode) {
    case Opcode.message: {
      const flags = int32At(body, 0) ?? -1;
      if ((flags & ~KNOWN_FLAGS) !== 0) return false;
      const size = int32At(body, 5) ?? 0;
      return body[4] === 0 ? beginsDocument(body, 5, length) : body[4] === 1 && size > 4 && size <= length;
    }
    case Opcode.compressed:
      return (
        OPCODE_NAMES.has(int32At(body, 0) ?? 0) && (int32At(body, 4) ?? -1) >= 0 && (body[8] ?? 9) < COMPRESSORS.length
      );
    case Opcode.reply: {
      const flags = int32At(body, 0) ?? -1;
      const returned = int32At(body, 16) ?? -1;
      return flags >= 0 && flags < 16 && returned >= 0 && (returned === 0 || beginsDocument(body, 20, length));
    }
    case Opcode.killCursors:
      return int32At(body, 0) === 0 && 8 + 8 * (int32At(body, 4) ?? -1) === length;
    default:
      return isNamespace(body.subarray(4), length);
  }
}

/** `database.collection`, with the zero that ends it where it came so far. */
function isNamespace(bytes: Uint8Array, length: number): boolean {
  const text = decodeUtf8(bytes.subarray(0, 28));
  return length > 6 && /^[^\0. "/\\\p{Cc}]{1,64}(?:\.[^\0\p{Cc}]*(?:\0|$)|$)/u.test(text);
}

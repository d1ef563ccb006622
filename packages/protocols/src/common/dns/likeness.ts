import { decodeLatin1 } from "@weir/base";
import { cursorAt, readName, readUint16 } from "./cursor.ts";
import { isKnownOpcode, isKnownType } from "./names.ts";
import { FLAGS_AT, Flag, HEADER_BYTES, readQuestions, readRecord } from "./records.ts";

/** True where every counted record is there and nothing is left over: what detection asks for. */
export function isWholeDns(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES || isNetbiosName(bytes, HEADER_BYTES)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(FLAGS_AT);
  const counts = [4, 6, 8, 10].map((at) => view.getUint16(at)) as [number, number, number, number];
  const isResponse = (flags & Flag.response) !== 0;
  const records = counts[1] + counts[2] + counts[3];
  const hasZ = (flags & 0x0040) !== 0;
  if (hasZ || !isKnownOpcode((flags >> 11) & 0x0f) || counts[0] > 16 || records > 512) return false;
  if (!isResponse && (flags & 0x0f) !== 0) return false;
  if (counts[0] === 0 && (records === 0 ? !isResponse || (flags & 0x0f) === 0 : !isResponse)) return false;
  const cursor = cursorAt(bytes, view, HEADER_BYTES);
  readQuestions(cursor, counts[0]);
  for (let index = 0; index < records && !cursor.failed; index += 1) readRecord(cursor);
  return !cursor.failed && (cursor.at === bytes.length || (flags & Flag.truncated) !== 0);
}

/** Classes that are in use: IN, CH, HS, NONE, ANY; mDNS marks with the highest bit who wants the answer alone (RFC 6762 §5.4). */
const CLASSES: ReadonlySet<number> = new Set([1, 3, 4, 254, 255]);

/**
 * True where one question that is beyond doubt stands behind the header, whatever follows: messages that the snap length or a missing fragment cut, and
 * damaged ones, are still DNS.
 */
export function beginsLikeDns(bytes: Uint8Array): boolean {
  if (bytes.length < HEADER_BYTES + 6 || isNetbiosName(bytes, HEADER_BYTES)) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const questions = view.getUint16(4);
  const records = view.getUint16(6) + view.getUint16(8) + view.getUint16(10);
  const areCountsHonest = questions > 0 && questions <= 4 && records <= 512;
  // Where nothing stands behind the question, it is beyond doubt whatever the header counts.
  if (!areCountsHonest && !CLASSES.has(view.getUint16(bytes.length - 2) & 0x7fff)) return false;
  const cursor = cursorAt(bytes, view, HEADER_BYTES);
  const name = readName(cursor);
  const type = readUint16(cursor);
  const dnsClass = readUint16(cursor) & 0x7fff;
  if (cursor.failed || (!areCountsHonest && cursor.at !== bytes.length)) return false;
  return CLASSES.has(dnsClass) && isKnownType(type) && /^[!-~]+\.[!-~]*$/.test(name);
}

/**
 * True where the snap length cut a message inside its first question, which looks like one as far as it goes: a header as nearly all have it, then labels
 * of letters up to the last byte.
 */
export function isCutInQuestion(bytes: Uint8Array): boolean {
  if (bytes.length <= HEADER_BYTES + MIN_CUT_NAME_BYTES || bytes[HEADER_BYTES] === 32) return false;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const flags = view.getUint16(FLAGS_AT);
  const isQuery = (flags & Flag.response) === 0;
  if ((flags & 0x7840) !== 0 || (flags & 0x0f) > (isQuery ? 0 : 5) || view.getUint16(4) !== 1) return false;
  const records = [6, 8, 10].map((at) => view.getUint16(at));
  if (records.some((count) => count > (isQuery ? 1 : MAX_CUT_RECORDS))) return false;
  let at = HEADER_BYTES;
  for (;;) {
    const length = bytes[at] ?? 0;
    // The name is whole: behind it stand type and class.
    if (length === 0) return at > HEADER_BYTES && bytes.length < at + 5;
    if (length > 63) return false;
    const end = Math.min(at + 1 + length, bytes.length);
    if (!/^[\w-]*$/.test(decodeLatin1(bytes, at + 1, end))) return false;
    if (end === bytes.length) return true;
    at = end;
  }
}

/** Bytes of a name by which it is known, and records that an honest answer has of a kind at most. */
const MIN_CUT_NAME_BYTES = 4;
const MAX_CUT_RECORDS = 64;

/** Of the 32. */
const MIN_NETBIOS_LETTERS = 26;

/**
 * NetBIOS's name service keeps to DNS's form, and is another protocol: its names are one label of 32 letters from A to P (RFC 1001 §14.1), which no
 * host has.
 */
export function isNetbiosName(bytes: Uint8Array, at: number): boolean {
  if (bytes[at] !== 32 || bytes.length <= at + 32) return false;
  let letters = 0;
  for (let index = at + 1; index <= at + 32; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte >= 65 && byte <= 80) letters += 1;
  }
  // Some damaged letters do not make a host's name of it.
  return letters >= MIN_NETBIOS_LETTERS;
}

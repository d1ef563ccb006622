import { decodeUtf8 } from "@weir/base";

/** A message's type and length (PostgreSQL documentation §55.7); the first messages of a client have a length only. */
export const HEADER_BYTES = 5;
/** Longest message that a server takes (MaxAllocSize). */
export const MAX_MESSAGE_BYTES = 0x4000_0000;
/** Longest StartupMessage that a server takes (MAX_STARTUP_PACKET_LENGTH). */
export const MAX_STARTUP_BYTES = 10_000;
/** What of one message is kept: a longer statement is known by its beginning. */
export const KEPT_BYTES = 24_576;

/** Codes of the messages without a type: they stand where a StartupMessage has the protocol's version. */
export const StartCode = {
  cancelRequest: 80_877_102,
  sslRequest: 80_877_103,
  gssEncRequest: 80_877_104,
} as const;

const FRONTEND_TYPES = typeSet("BCDEFHPQSXcdfp");
const BACKEND_TYPES = typeSet("123ACDEGHIKNRSTVWZcdnstv");

/** Who sends, in PostgreSQL's words. */
export type Side = "frontend" | "backend";

/** Length of the whole message that begins here; undefined where none does. */
export function messageLength(side: Side, bytes: Uint8Array): number | undefined {
  const type = bytes[0] ?? 0;
  if (type === 0 && side === "frontend") {
    const length = uint32(bytes, 0);
    return length >= 8 && length <= MAX_STARTUP_BYTES ? length : undefined;
  }
  if ((side === "frontend" ? FRONTEND_TYPES : BACKEND_TYPES)[type] !== 1) return undefined;
  const length = uint32(bytes, 1);
  return length < 4 || length > MAX_MESSAGE_BYTES ? undefined : 1 + length;
}

/** Type of a message as the letter it is; empty for a message without one. */
export function messageType(bytes: Uint8Array): string {
  const type = bytes[0] ?? 0;
  return type === 0 ? "" : String.fromCharCode(type);
}

export function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

export function uint32(bytes: Uint8Array, at: number): number {
  return uint16(bytes, at) * 0x1_0000 + uint16(bytes, at + 2);
}

/** A text that ends in a zero byte, and where what follows begins. Where the zero is missing it goes on to the end. */
export function cString(bytes: Uint8Array, at: number): { readonly text: string; readonly next: number } {
  const end = bytes.indexOf(0, at);
  const to = end === -1 ? bytes.length : end;
  return { text: decodeUtf8(bytes.subarray(at, to)), next: to + 1 };
}

/** Names and values of a StartupMessage, which begin at byte 8; at most a few dozen. */
export function startupParameters(bytes: Uint8Array): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (let at = 8; at < bytes.length && bytes[at] !== 0 && parameters.size < MAX_PARAMETERS; ) {
    const name = cString(bytes, at);
    const value = cString(bytes, name.next);
    parameters.set(name.text, value.text);
    at = value.next;
  }
  return parameters;
}

const MAX_PARAMETERS = 64;
const MAX_COLUMNS = 32;

/** Names of the columns of a RowDescription, the first ones where there are many. */
export function columnNames(bytes: Uint8Array): readonly string[] {
  const names: string[] = [];
  const count = Math.min(uint16(bytes, HEADER_BYTES), MAX_COLUMNS);
  for (let at = HEADER_BYTES + 2; names.length < count && at < bytes.length; ) {
    const { text, next } = cString(bytes, at);
    names.push(text);
    at = next + COLUMN_BYTES;
  }
  return names;
}

/** What stands behind a column's name in a RowDescription. */
export const COLUMN_BYTES = 18;

function typeSet(letters: string): Uint8Array {
  const set = new Uint8Array(256);
  for (const letter of letters) set[letter.charCodeAt(0)] = 1;
  return set;
}

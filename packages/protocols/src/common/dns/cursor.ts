import { decodeLatin1 } from "@weir/base";

/** Bounds of names that no honest message meets (RFC 1035 §2.3.4). */
const MAX_NAME_BYTES = 255;
const MAX_POINTERS = 64;

/** A reader's place in a message; `failed` once anything did not fit. */
export interface Cursor {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  at: number;
  failed: boolean;
}

/** A reader at `at`. */
export function cursorAt(bytes: Uint8Array, view: DataView, at: number): Cursor {
  return { bytes, view, at, failed: false };
}

/** A domain name with compression (RFC 1035 §4.1.4): pointers go backwards only, so that they end. */
export function readName(cursor: Cursor): string {
  const labels: string[] = [];
  let at = cursor.at;
  let after = -1;
  let bytesInName = 0;
  for (let pointers = 0; ; ) {
    const length = cursor.bytes[at];
    if (length === undefined) return fail(cursor);
    if (length === 0) {
      cursor.at = after < 0 ? at + 1 : after;
      return labels.length === 0 ? "." : labels.join(".");
    }
    if ((length & 0xc0) === 0xc0) {
      const low = cursor.bytes[at + 1];
      const target = ((length & 0x3f) << 8) | (low ?? 0);
      pointers += 1;
      if (low === undefined || target >= at || pointers > MAX_POINTERS) return fail(cursor);
      if (after < 0) after = at + 2;
      at = target;
      continue;
    }
    bytesInName += length + 1;
    if (length > 63 || bytesInName > MAX_NAME_BYTES || at + 1 + length > cursor.bytes.length) return fail(cursor);
    labels.push(escapeLabel(cursor.bytes, at + 1, at + 1 + length));
    at += 1 + length;
  }
}

/** Octets that zone files cannot show stand as \DDD (RFC 1035 §5.1). */
function escapeLabel(bytes: Uint8Array, from: number, to: number): string {
  const text = decodeLatin1(bytes, from, to);
  return /^[\w-]*$/.test(text)
    ? text
    : text.replace(/[^\x21-\x7e]|[.\\"]/g, (character) =>
        /[.\\"]/.test(character) ? `\\${character}` : `\\${String(character.charCodeAt(0)).padStart(3, "0")}`,
      );
}

export function readCounted(cursor: Cursor): Uint8Array {
  return take(cursor, readUint8(cursor));
}

export function decodeText(bytes: Uint8Array): string {
  return decodeLatin1(bytes).replace(
    /[^\x20-\x7e]/g,
    (character) => `\\${String(character.charCodeAt(0)).padStart(3, "0")}`,
  );
}

export function take(cursor: Cursor, count: number): Uint8Array {
  const bytes = cursor.bytes.subarray(cursor.at, cursor.at + count);
  if (bytes.length < count) cursor.failed = true;
  cursor.at += count;
  return bytes;
}

export function readUint8(cursor: Cursor): number {
  return take(cursor, 1)[0] ?? 0;
}

export function readUint16(cursor: Cursor): number {
  const bytes = take(cursor, 2);
  return ((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0);
}

export function readUint32(cursor: Cursor): number {
  return readUint16(cursor) * 65_536 + readUint16(cursor);
}

function fail(cursor: Cursor): string {
  cursor.failed = true;
  return "";
}

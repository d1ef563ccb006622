import { decodeUtf8 } from "@weir/base";

/** Longest text that is read: names of classes and methods. */
const MAX_TEXT_BYTES = 1024;

/** Reads one text after the other as a serialization writes them; undefined for null, and for what is no text. */
export interface StringReader {
  next(): string | undefined;
}

/** Texts of Hessian 2 (http://hessian.caucho.com/doc/hessian-serialization.html, "string grammar"). */
export function hessianStrings(bytes: Uint8Array): StringReader {
  let at = 0;
  return {
    next() {
      const tag = bytes[at] ?? 0x4e;
      let chars: number;
      if (tag < 0x20) {
        chars = tag;
        at += 1;
      } else if (tag >= 0x30 && tag <= 0x33) {
        chars = ((tag - 0x30) << 8) | (bytes[at + 1] ?? 0);
        at += 2;
      } else if (tag === 0x53) {
        chars = ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
        at += 3;
      } else {
        at += 1;
        return undefined;
      }
      const from = at;
      at = endOfChars(bytes, at, chars);
      return at > bytes.length ? undefined : decodeUtf8(bytes.subarray(from, Math.min(at, from + MAX_TEXT_BYTES)));
    },
  };
}

/** Lengths count UTF-16 units: a character of four bytes is two. */
function endOfChars(bytes: Uint8Array, from: number, chars: number): number {
  let at = from;
  for (let left = chars; left > 0; ) {
    const byte = bytes[at];
    if (byte === undefined) return bytes.length + 1;
    const length = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    at += length;
    left -= length === 4 ? 2 : 1;
  }
  return at;
}

/** Texts of Kryo: ASCII up to a byte with its upper bit set, others with their length and one more in front. */
export function kryoStrings(bytes: Uint8Array): StringReader {
  let at = 0;
  return {
    next() {
      const first = bytes[at];
      if (first === undefined) return undefined;
      const from = at;
      if (first < 0x80) {
        while (at < bytes.length && (bytes[at] ?? 0) < 0x80 && at - from < MAX_TEXT_BYTES) at += 1;
        const last = (bytes[at] ?? 0) & 0x7f;
        at += 1;
        return decodeUtf8(bytes.subarray(from, at - 1)) + String.fromCharCode(last);
      }
      let length = first & 0x3f;
      at += 1;
      if ((first & 0x40) !== 0) {
        length |= ((bytes[at] ?? 0) & 0x7f) << 6;
        at += 1;
      }
      // 0 is null.
      if (length === 0 || length > MAX_TEXT_BYTES) return undefined;
      const start = at;
      at += length - 1;
      return at > bytes.length ? undefined : decodeUtf8(bytes.subarray(start, at));
    },
  };
}

/** Texts of the JSON serializations: one JSON value a line. */
export function jsonStrings(bytes: Uint8Array): StringReader {
  let at = 0;
  return {
    next() {
      const end = bytes.indexOf(0x0a, at);
      const line = decodeUtf8(bytes.subarray(at, Math.min(end < 0 ? bytes.length : end, at + MAX_TEXT_BYTES)));
      at = end < 0 ? bytes.length : end + 1;
      return /^"[^"\\]*"\r?$/.test(line) ? line.trim().slice(1, -1) : undefined;
    },
  };
}

/** The reader of a serialization's texts; undefined where its texts cannot be told without knowing the classes. */
export function stringsOf(serialization: string, bytes: Uint8Array): StringReader | undefined {
  switch (serialization) {
    case "hessian2":
      return hessianStrings(bytes);
    case "kryo":
    case "kryo2":
      return kryoStrings(bytes);
    case "fastjson":
    case "json":
    case "gson":
      return jsonStrings(bytes);
    default:
      return undefined;
  }
}
